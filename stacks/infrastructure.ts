import { basename } from "node:path/posix";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { accountsScript } from "../contract/mysql.ts";
import { rootClientFile, secretsDirectory } from "../deploy/mysql/layout.ts";
import {
  healthCommand,
  renderAccounts,
  renderClientCnf,
  renderMyCnf,
  startScript,
  trialProgram,
  versionCommand,
  type Accounts,
} from "../render/mysql.ts";
import { scriptCommand } from "../workload/command.ts";
import { digestOf } from "../workload/digest.ts";
import { gateCommand } from "../workload/gate.ts";
import { mysqlHost } from "../workload/names.ts";
import { runOnDocker } from "../workload/on-docker/container.ts";
import { Files } from "../workload/on-docker/files.ts";
import { engineImage } from "../workload/on-docker/image.ts";
import { dataVolume } from "../workload/on-docker/volume.ts";
import type { Platform } from "../workload/platform.ts";

/** What {@link Infrastructure} needs to know. */
export interface InfrastructureArgs {
  platform: Platform;
  network: pulumi.Input<string>;
}

const mysqlUid = 999;
const mysqlPort = 3306;
const initialisationDirectory = "/docker-entrypoint-initdb.d";
const healthyWithinSeconds = 180;

/**
 * MySQL with its data, and the accounts that the others reach it by. Everything else that holds data of its own keeps
 * it in the same way: a volume with a fixed name that outlives the stack.
 */
export class Infrastructure extends pulumi.ComponentResource {
  /** Password of the application's account. */
  readonly userPassword: pulumi.Output<string>;
  /** Password of the account `monitoring`. */
  readonly monitoringPassword: pulumi.Output<string>;
  /** The accounts: made before what connects as the application's user, and locked when that is gone. */
  readonly accounts: pulumi.Resource;

  constructor(name: string, args: InfrastructureArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:stacks:Infrastructure", name, {}, options);
    const rootPassword = password(`${name}-root-password`, this);
    this.userPassword = password(`${name}-user-password`, this);
    this.monitoringPassword = password(`${name}-monitoring-password`, this);
    this.accounts = this.mysql(`${name}-mysql`, args, rootPassword);
    this.registerOutputs({});
  }

  private mysql(
    name: string,
    args: InfrastructureArgs,
    rootPassword: pulumi.Output<string>,
  ): pulumi.Resource {
    const { platform } = args;
    const { mysql, images } = platform.settings;
    const image = engineImage(`${name}-image`, platform, images.mysql, { parent: this });
    const data = dataVolume(
      `${name}-data`,
      platform,
      { role: "mysql-data", setting: mysql.dataVolume },
      this,
    );
    const myCnf = renderMyCnf({
      maxConnections: mysql.maxConnections,
      memoryMegabytes: mysql.limits.memoryMegabytes,
    });
    const version = digestOf(myCnf);
    const configuration = new Files(
      `${name}-config`,
      { platform, purpose: "mysql-config", version, image, uid: mysqlUid, files: { "webnet.cnf": myCnf } },
      { parent: this },
    );
    const accounts = pulumi
      .all([rootPassword, this.userPassword, this.monitoringPassword])
      .apply(([root, user, monitoring]): Accounts => ({
        database: mysql.database,
        user: mysql.user,
        rootPassword: root,
        userPassword: user,
        monitoringPassword: monitoring,
      }));
    const secrets = new Files(
      `${name}-secrets`,
      {
        platform,
        purpose: "mysql-secrets",
        image,
        uid: mysqlUid,
        files: {
          "accounts.sql": accounts.apply((known) => renderAccounts(known)),
          "root-password": rootPassword,
          [basename(rootClientFile)]: rootClient(rootPassword),
          "client.cnf": monitoringClient(this.monitoringPassword, "127.0.0.1"),
        },
      },
      { parent: this },
    );
    const container = runOnDocker(
      name,
      platform,
      {
        name: mysqlHost(platform.prefix),
        // Releases of before names had the stack's prefix serve until an upgrade ends, and find it by this one. On an
        // adopted network it may be another's.
        aliases: platform.settings.network.adopt ? [] : ["mysql"],
        role: "mysql",
        labels: {
          "webnet.config": version,
          // The provider overlooks that a mount has another volume.
          "webnet.data-volume": data.name,
        },
        user: `${mysqlUid}:${mysqlUid}`,
        entrypoint: ["sh", "-c", startScript, "mysql-start"],
        environment: {
          MYSQL_ROOT_PASSWORD_FILE: `${secretsDirectory}/root-password`,
          MYSQL_ROOT_HOST: "localhost",
        },
        mounts: [
          { kind: "volume", source: data.name, target: "/var/lib/mysql", readOnly: false },
          configuration.mount("/etc/mysql/conf.d"),
          secrets.mount(secretsDirectory),
          secrets.mount(initialisationDirectory),
        ],
        memory: {
          "/tmp": { megabytes: 16 },
          "/var/run/mysqld": { megabytes: 1, mode: "0755", owner: mysqlUid },
        },
        ...(mysql.port !== undefined && {
          ports: [{ internal: mysqlPort, external: mysql.port, address: mysql.bindAddress }],
        }),
        health: {
          command: healthCommand,
          timing: mysql.health,
        },
        limits: mysql.limits,
        stop: { signal: "SIGTERM", graceSeconds: mysql.stopSeconds },
        trial: { passes: "ends", instead: trialProgram, asks: versionCommand },
        gap: "From its stop until it is healthy again, some seconds or longer, requests that need the database fail.",
      },
      { image, network: args.network, volumes: [data, configuration, secrets] },
      { parent: this },
    );
    const accountsReady = scriptCommand(
      // Another user is another resource: the former one is locked when this one's is deleted, at the end of an update.
      `${name}-accounts-${mysql.user}`,
      platform,
      accountsScript,
      {
        containerId: container.id,
        container: container.name,
        user: mysql.user,
        timeoutSeconds: healthyWithinSeconds,
        stdin: accounts,
      },
      { parent: this, dependsOn: secrets },
    );
    gateCommand(
      `${name}-gate`,
      platform,
      {
        subject: "MySQL",
        container,
        timeoutSeconds: healthyWithinSeconds,
        meanwhile: "The route was not moved; what needs the database fails until MySQL is healthy.",
      },
      // Its health is asked for as one of the accounts.
      { parent: this, dependsOn: accountsReady },
    );
    return accountsReady;
  }
}

function rootClient(password: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(password).apply((secret) =>
    renderClientCnf({
      user: "root",
      password: secret,
      host: "localhost",
      port: mysqlPort,
      protocol: "socket",
    }),
  );
}

/** Credentials of the monitoring account as a client's option file. */
export function monitoringClient(password: pulumi.Input<string>, host: string): pulumi.Output<string> {
  return pulumi
    .output(password)
    .apply((secret) =>
      renderClientCnf({ user: "monitoring", password: secret, host, port: mysqlPort, protocol: "tcp" }),
    );
}

function password(logicalName: string, parent: pulumi.Resource): pulumi.Output<string> {
  return new random.RandomPassword(logicalName, { length: 32, special: false }, { parent }).result;
}
