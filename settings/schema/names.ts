import { text } from "./fields.ts";

const REPOSITORY = String.raw`(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*`;
const TAG = String.raw`[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`;
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

/** An image tag. */
export const tag = () =>
  text({
    pattern: new RegExp(`^${TAG}$`),
    allowed:
      'an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number',
    placeholder: "<tag>",
  });

/** An image's repository: its name without tag and digest. */
export const repository = () =>
  text({
    pattern: new RegExp(`^${REPOSITORY}$`),
    allowed: "an image name in lower case without tag and digest, such as ghcr.io/example/web-backend",
    placeholder: "<repository>",
  });

/** An image's full reference. */
export const image = () =>
  text({
    pattern: new RegExp(`^${REPOSITORY}(?::${TAG}(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$`),
    allowed: "an image name with a tag or a digest, such as prom/prometheus:v3.5.0",
    placeholder: "<image>",
    longest: 512,
  });

/** A host name as users type it. */
export const domain = () =>
  text({
    pattern: new RegExp(String.raw`^(?!(?:.*\.)?\d+$)(?:${LABEL}\.)*${LABEL}$`),
    allowed:
      "a host name in lower case, such as www.example.com: no scheme, port, path, wildcard or IP address",
    placeholder: "<host-name>",
    longest: 253,
  });

/**
 * A further host name, or every one that is one level under a name. Two labels at least come after the asterisk:
 * clients take no certificate for a wildcard with fewer.
 */
export const alias = () =>
  text({
    pattern: new RegExp(String.raw`^(?!(?:.*\.)?\d+$)(?:\*\.(?=.*\.))?(?:${LABEL}\.)*${LABEL}$`),
    allowed:
      "a host name in lower case, such as example.com, or *.example.com for every name one level under it: no scheme, port, path or IP address",
    placeholder: "<host-name>",
    longest: 253,
  });

/** Where a Docker engine answers. */
export const engineHost = () =>
  text({
    pattern:
      /^(?:unix:\/\/\/[^\s?#]+|tcp:\/\/[A-Za-z0-9.[\]:-]+:\d{1,5}|ssh:\/\/(?:[^\s@/]+@)?[A-Za-z0-9.[\]:-]+)$/,
    allowed: "unix:///path/to/docker.sock, tcp://host:port or ssh://user@host",
    placeholder: "<host>",
  });

/** A Docker network's name. The networks that every engine has are not ours to use. */
export const networkName = () =>
  text({
    pattern: /^(?!(?:bridge|host|none|default)$)[A-Za-z0-9][A-Za-z0-9_.-]*$/,
    allowed:
      'up to 63 letters, digits, "_", "." and "-", the first a letter or digit; not bridge, host, none or default',
    placeholder: "<name>",
    longest: 63,
  });

/** The name of a volume that holds data. */
export const volumeName = () =>
  text({
    pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]+$/,
    allowed: 'a volume name: letters, digits, "_", "." and "-", the first a letter or digit; no path',
    placeholder: "<volume>",
  });

/** A path that a smoke check asks for. */
export const urlPath = () =>
  text({
    pattern: /^\/[A-Za-z0-9\-._~!$&()*+,;=:@%/?]*$/,
    allowed: 'a path that begins with "/", without spaces and quotes, such as /api/actuator/health',
    placeholder: "<path>",
  });

/** Matches the beginning of addresses that ends with a whole part of the path. */
export const pathPattern = /^(?:\/[A-Za-z0-9\-._~!@+]+)+$/;

/** The beginning of addresses. */
export const pathPrefix = () =>
  text({
    pattern: pathPattern,
    allowed:
      'a path that begins with "/", of letters, digits and -._~!@+, without a "/" at its end, such as /api/login',
    placeholder: "<path>",
  });

/** The name of MySQL's database for the application. */
export const databaseName = () =>
  text({
    pattern: /^(?!(?:mysql|sys|information_schema|performance_schema)$)[A-Za-z][A-Za-z0-9_]*$/,
    allowed:
      'up to 64 letters, digits and "_", the first a letter; not mysql, sys, information_schema or performance_schema',
    placeholder: "<name>",
    longest: 64,
  });

/** The name of MySQL's user for the application. */
export const databaseUser = () =>
  text({
    pattern: /^(?!(?:root|monitoring|mysql)$)[A-Za-z][A-Za-z0-9_]*$/,
    allowed: 'up to 32 letters, digits and "_", the first a letter; not root, monitoring or mysql',
    placeholder: "<name>",
    longest: 32,
  });

/** What the program itself tells a backend, in the form of variables. */
const contractVariables = String.raw`SERVER_PORT|SPRING_CONFIG_IMPORT|APP_COLOR|APP_VERSION|WEBNET_\w*|SPRING_DATASOURCE_(?:\w*_)?(?:URL|JDBC_?URL|USER|USERNAME|PASSWORD)`;

/** The name of an environment variable of the application's own. Spring reads names in upper or lower case. */
export const environmentName = () =>
  text({
    pattern: new RegExp(`^(?!(?:${contractVariables})$)[A-Z_][A-Z0-9_]*$`, "i"),
    allowed:
      'letters, digits and "_", the first no digit; not what the program sets itself: SERVER_PORT, SPRING_CONFIG_IMPORT, APP_COLOR, APP_VERSION, WEBNET_*, and URL, user and password of SPRING_DATASOURCE_*',
    placeholder: "<NAME>",
  });

/**
 * The name of one of the application's own secrets: that of a file, and of the property that Spring sets from it. Spring
 * takes `.`, `-` and `_` in such a name for much the same. What the program itself tells a backend comes first, and would
 * win.
 */
export const secretName = () =>
  text({
    pattern: new RegExp(
      `^(?!(?:${contractVariables.replaceAll("_", "[._-]").replaceAll("\\w", "[\\w.-]")}|DATABASE[._-]PASSWORD|secure)$)[A-Z][A-Z0-9._-]*$`,
      "i",
    ),
    allowed:
      'up to 128 letters, digits, ".", "-" and "_", the first a letter, such as stripe.api-key; not secure, and not what the program sets itself: spring.datasource.password and the like',
    placeholder: "<name>",
    longest: 128,
  });

/** The name of a parameter of a JDBC URL. No password: `docker inspect` would show it. No user: that is a setting. */
export const jdbcParameterName = () =>
  text({
    pattern: /^(?!user$|.*password)[A-Z][A-Z0-9_.]*$/i,
    allowed: 'letters, digits, "_" and ".", the first a letter; not user, and no password',
    placeholder: "<NAME>",
  });
