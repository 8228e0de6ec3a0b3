import { refuses } from "./support.ts";

describe("settings: bad standby and backend", () => {
  refuses(
    "a standby that there isn't",
    { standby: "hot" },
    `
webnet:standby
  problem: its value is not allowed
  got:     "hot"
  allowed: warm or off
  fix:     pulumi config set webnet:standby <warm/off> --stack prod`,
  );
  refuses(
    "a negative duration",
    { "backend.health.intervalSeconds": -1 },
    `
webnet:backend.health.intervalSeconds
  problem: its value is not allowed
  got:     -1
  allowed: a whole number of seconds, 1 to 300
  fix:     pulumi config set --path 'webnet:backend.health.intervalSeconds' <seconds> --stack prod`,
  );
  refuses(
    "a duration of zero",
    { "backend.stopSeconds": 0 },
    `
webnet:backend.stopSeconds
  problem: its value is not allowed
  got:     0
  allowed: a whole number of seconds, 1 to 600
  fix:     pulumi config set --path 'webnet:backend.stopSeconds' <seconds> --stack prod`,
  );
  refuses(
    "a duration with a fraction",
    { "backend.health.timeoutSeconds": 2.5 },
    `
webnet:backend.health.timeoutSeconds
  problem: its value is not allowed
  got:     2.5
  allowed: a whole number of seconds, 1 to 60
  fix:     pulumi config set --path 'webnet:backend.health.timeoutSeconds' <seconds> --stack prod`,
  );
  refuses(
    "a duration with its unit",
    { "backend.startTimeoutSeconds": "30s" },
    `
webnet:backend.startTimeoutSeconds
  problem: its value is not allowed
  got:     "30s"
  allowed: a whole number of seconds, 1 to 3600
  fix:     pulumi config set --path 'webnet:backend.startTimeoutSeconds' <seconds> --stack prod`,
  );
  refuses(
    "a start time that ends before the first health check",
    { "backend.startTimeoutSeconds": 14 },
    `
webnet:backend.startTimeoutSeconds
  problem: no release could be found healthy: the first health check ends later
  got:     14
  allowed: at least 15, the sum of webnet:backend.health.intervalSeconds and timeoutSeconds
  fix:     pulumi config set --path 'webnet:backend.startTimeoutSeconds' 15 --stack prod`,
  );
  refuses(
    "too little memory",
    { "backend.limits.memoryMegabytes": 32 },
    `
webnet:backend.limits.memoryMegabytes
  problem: its value is not allowed
  got:     32
  allowed: a whole number of megabytes, 64 to 1048576
  fix:     pulumi config set --path 'webnet:backend.limits.memoryMegabytes' <megabytes> --stack prod`,
  );
  refuses(
    "no processors",
    { "backend.limits.cpus": 0 },
    `
webnet:backend.limits.cpus
  problem: its value is not allowed
  got:     0
  allowed: a number of processors, 0.1 to 256, from 10 on in tenths (at most as many as the host has)
  fix:     pulumi config set --path 'webnet:backend.limits.cpus' <number> --stack prod`,
  );
  refuses(
    "an environment name with a dot",
    { "backend.environment": { "spring.profiles": "x" } },
    `
webnet:backend.environment["spring.profiles"]
  problem: its name is not allowed
  got:     "spring.profiles"
  allowed: letters, digits and "_", the first no digit; not what the program sets itself: SERVER_PORT, SPRING_CONFIG_IMPORT, APP_COLOR, APP_VERSION, WEBNET_*, and URL, user and password of SPRING_DATASOURCE_*
  fix:     pulumi config rm --path 'webnet:backend.environment["spring.profiles"]' --stack prod`,
  );
  refuses(
    "an environment name that begins with a digit",
    { "backend.environment": { "1ST": "x" } },
    `
webnet:backend.environment["1ST"]
  problem: its name is not allowed
  got:     "1ST"
  allowed: letters, digits and "_", the first no digit; not what the program sets itself: SERVER_PORT, SPRING_CONFIG_IMPORT, APP_COLOR, APP_VERSION, WEBNET_*, and URL, user and password of SPRING_DATASOURCE_*
  fix:     pulumi config rm --path 'webnet:backend.environment["1ST"]' --stack prod`,
  );
  refuses(
    "the port of the contract",
    { "backend.environment": { SERVER_PORT: "9000" } },
    `
webnet:backend.environment.SERVER_PORT
  problem: its name is not allowed
  got:     "SERVER_PORT"
  allowed: letters, digits and "_", the first no digit; not what the program sets itself: SERVER_PORT, SPRING_CONFIG_IMPORT, APP_COLOR, APP_VERSION, WEBNET_*, and URL, user and password of SPRING_DATASOURCE_*
  fix:     pulumi config rm --path 'webnet:backend.environment.SERVER_PORT' --stack prod`,
  );
  refuses(
    "the data source of the contract",
    { "backend.environment": { SPRING_DATASOURCE_URL: "x" } },
    `
webnet:backend.environment.SPRING_DATASOURCE_URL
  problem: its name is not allowed
  got:     "SPRING_DATASOURCE_URL"
  allowed: letters, digits and "_", the first no digit; not what the program sets itself: SERVER_PORT, SPRING_CONFIG_IMPORT, APP_COLOR, APP_VERSION, WEBNET_*, and URL, user and password of SPRING_DATASOURCE_*
  fix:     pulumi config rm --path 'webnet:backend.environment.SPRING_DATASOURCE_URL' --stack prod`,
  );
  refuses(
    "the colour of the contract",
    { "backend.environment": { APP_COLOR: "blue" } },
    `
webnet:backend.environment.APP_COLOR
  problem: its name is not allowed
  got:     "APP_COLOR"
  allowed: letters, digits and "_", the first no digit; not what the program sets itself: SERVER_PORT, SPRING_CONFIG_IMPORT, APP_COLOR, APP_VERSION, WEBNET_*, and URL, user and password of SPRING_DATASOURCE_*
  fix:     pulumi config rm --path 'webnet:backend.environment.APP_COLOR' --stack prod`,
  );
  for (const name of [
    "spring_datasource_url",
    "SPRING_DATASOURCE_PASSWORD",
    "SPRING_DATASOURCE_HIKARI_JDBC_URL",
    "SPRING_DATASOURCE_HIKARI_JDBCURL",
    "SPRING_DATASOURCE_HIKARI_USERNAME",
    "SPRING_DATASOURCE_HIKARI_PASSWORD",
    "Spring_Config_Import",
    "WEBNET_SERVING_FILE",
  ])
    refuses(
      `${name}, which would have the last word over the contract`,
      { "backend.environment": { [name]: "x" } },
      `
webnet:backend.environment.${name}
  problem: its name is not allowed
  got:     "${name}"
  allowed: letters, digits and "_", the first no digit; not what the program sets itself: SERVER_PORT, SPRING_CONFIG_IMPORT, APP_COLOR, APP_VERSION, WEBNET_*, and URL, user and password of SPRING_DATASOURCE_*
  fix:     pulumi config rm --path 'webnet:backend.environment.${name}' --stack prod`,
    );
  refuses(
    "an environment that is a list",
    { "backend.environment": ["A=1"] },
    `
webnet:backend.environment
  problem: its value is not allowed
  got:     a list of 1 value
  allowed: an object of texts; each name: letters, digits and "_", the first no digit; not what the program sets itself: SERVER_PORT, SPRING_CONFIG_IMPORT, APP_COLOR, APP_VERSION, WEBNET_*, and URL, user and password of SPRING_DATASOURCE_*
  fix:     pulumi config rm --path 'webnet:backend.environment' --stack prod
  then:    pulumi config set --path 'webnet:backend.environment.NAME' <value> --stack prod`,
  );
  refuses(
    "an environment value that is an object, without printing it",
    { "backend.environment": { API_TOKEN: { value: "x" } } },
    `
webnet:backend.environment.API_TOKEN
  problem: its value is not allowed
  got:     a value that is not shown, because it may be a secret
  allowed: a text of up to 32768 characters
  fix:     pulumi config set --path 'webnet:backend.environment.API_TOKEN' <value> --stack prod`,
  );
  for (const [name, own] of [
    ["server_shutdown", "SERVER_SHUTDOWN"],
    ["Java_Tool_Options", "JAVA_TOOL_OPTIONS"],
  ] as const)
    refuses(
      `${name}, which would stand beside the program's ${own}`,
      { "backend.environment": { [name]: "immediate", my_own: "1", SERVER_SHUTDOWN: "immediate" } },
      `
webnet:backend.environment.${name}
  problem: it doesn't replace the program's own ${own}: to the backend it is a variable beside it
  got:     "immediate"
  allowed: the name ${own}
  fix:     pulumi config rm --path 'webnet:backend.environment.${name}' --stack prod
  then:    pulumi config set --path 'webnet:backend.environment.${own}' <value> --stack prod`,
    );
  for (const [standby, backends, size] of [
    ["warm", 4, 50],
    ["off", 2, 100],
  ] as const)
    refuses(
      `connection pools that the database has no room for, with the standby ${standby}`,
      {
        standby,
        "backend.environment": { SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE: String(size + 1) },
      },
      `
webnet:backend.environment.SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE
  problem: MySQL has fewer connections than the pools of ${backends} backends, which may run at the same time
  got:     "${size + 1}"
  allowed: at most ${size}, with webnet:mysql.maxConnections at 200
  fix:     pulumi config set --type string --path 'webnet:backend.environment.SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE' ${size} --stack prod`,
    );
  for (const name of ["user", "Password", "trustCertificateKeyStorePassword", "a&b", "1st"])
    refuses(
      `${name} as a parameter of the database's URL`,
      { "backend.jdbcParameters": { [name]: "x" } },
      `
webnet:backend.jdbcParameters${/^\w+$/.test(name) && !/^\d/.test(name) ? `.${name}` : `["${name}"]`}
  problem: its name is not allowed
  got:     "${name}"
  allowed: letters, digits, "_" and ".", the first a letter; not user, and no password
  fix:     pulumi config rm --path 'webnet:backend.jdbcParameters${/^\w+$/.test(name) && !/^\d/.test(name) ? `.${name}` : `["${name}"]`}' --stack prod`,
    );
  refuses(
    "parameters of the database's URL that are one text",
    { "backend.jdbcParameters": "useSSL=false" },
    `
webnet:backend.jdbcParameters
  problem: its value is not allowed
  got:     "useSSL=false"
  allowed: an object of texts; each name: letters, digits, "_" and ".", the first a letter; not user, and no password
  fix:     pulumi config rm --path 'webnet:backend.jdbcParameters' --stack prod
  then:    pulumi config set --path 'webnet:backend.jdbcParameters.NAME' <value> --stack prod`,
  );
});
