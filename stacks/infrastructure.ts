import { basename } from "node:path/posix";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { accountsScript } from "../contract/mysql.ts";
import { healthClientFile, rootClientFile, rootPasswordFile } from "../render/mysql/layout.ts";
import { renderAccounts, renderClientCnf, renderMyCnf, type Accounts } from "../render/mysql.ts";
import { databaseAddress, type Database } from "../services/database.ts";
import { mysqlConfig, mysqlSecrets, mysqlUid, mysqlWorkload } from "../services/mysql.ts";
import { mysqlFacts } from "../settings/services.ts";
import { scriptCommand } from "../workload/command.ts";
import { digestOf } from "../workload/digest.ts";
import { gateCommand } from "../workload/gate.ts";
import type { VolumeHandle } from "../workload/handles.ts";
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

const healthyWithinSeconds = 180;

/**
 * MySQL with its data, and the accounts by which the other services reach it. Every other service keeps data in the
 * same way: in a volume with a fixed name that outlives the stack.
 */
export class Infrastructure extends pulumi.ComponentResource {
  readonly database: Database;

  constructor(name: string, args: InfrastructureArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:stacks:Infrastructure", name, {}, options);
    const { platform } = args;
    const address = databaseAddress(platform);
    const accounts = pulumi.output({
      database: address.name,
      user: address.user,
      rootPassword: password(`${name}-root-password`, this),
      userPassword: password(`${name}-user-password`, this),
      monitoringPassword: password(`${name}-monitoring-password`, this),
    });
    this.database = {
      ...address,
      password: accounts.userPassword,
      monitoring: { user: "monitoring", password: accounts.monitoringPassword },
      accounts: this.mysql(`${name}-mysql`, args, accounts),
    };
    this.registerOutputs({});
  }

  /** Returns the resource that exists once the accounts do. */
  private mysql(
    name: string,
    { platform, network }: InfrastructureArgs,
    accounts: pulumi.Output<Accounts>,
  ): pulumi.Resource {
    const { mysql, images } = platform.settings;
    const image = engineImage(`${name}-image`, platform, images.mysql, { parent: this });
    const data = dataVolume(
      `${name}-data`,
      platform,
      { role: mysqlFacts.data.role, setting: mysql.dataVolume },
      this,
    );
    const myCnf = renderMyCnf({
      maxConnections: mysql.maxConnections,
      memoryMegabytes: mysql.limits.memoryMegabytes,
    });
    const version = digestOf(myCnf);
    const configuration = new Files(
      `${name}-config`,
      { platform, purpose: mysqlConfig, version, image, uid: mysqlUid, files: { "webnet.cnf": myCnf } },
      { parent: this },
    );
    const secrets = this.secrets(`${name}-secrets`, platform, image, accounts);
    const container = runOnDocker(
      name,
      platform,
      mysqlWorkload(platform, version),
      { image, network, volumes: [data, configuration, secrets] },
      { parent: this },
    );
    const accountsReady = scriptCommand(
      // Another user is another resource: an update deletes the former user's resource at its end, which locks that
      // user.
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
      { parent: this, dependsOn: secrets.resource },
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
      // The health check logs in with one of the accounts.
      { parent: this, dependsOn: accountsReady },
    );
    return accountsReady;
  }

  private secrets(
    name: string,
    platform: Platform,
    image: pulumi.Input<string>,
    accounts: pulumi.Output<Accounts>,
  ): VolumeHandle {
    const { port } = databaseAddress(platform);
    const client = (user: string, secret: string, host: string, protocol: "socket" | "tcp") =>
      renderClientCnf({ user, password: secret, host, port, protocol });
    return new Files(
      name,
      {
        platform,
        purpose: mysqlSecrets,
        image,
        uid: mysqlUid,
        files: {
          "accounts.sql": accounts.apply((known) => renderAccounts(known)),
          [rootPasswordFile]: accounts.rootPassword,
          [basename(rootClientFile)]: accounts.apply(({ rootPassword }) =>
            client("root", rootPassword, "localhost", "socket"),
          ),
          [healthClientFile]: accounts.apply(({ monitoringPassword }) =>
            client("monitoring", monitoringPassword, "127.0.0.1", "tcp"),
          ),
        },
      },
      { parent: this },
    );
  }
}

function password(logicalName: string, parent: pulumi.Resource): pulumi.Output<string> {
  return new random.RandomPassword(logicalName, { length: 32, special: false }, { parent }).result;
}
