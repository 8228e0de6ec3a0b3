export { renderAccounts, renderLock, type Accounts, type FoundAccount } from "./mysql/accounts.ts";
export { renderClientCnf, type ClientOptions } from "./mysql/client.ts";
export { renderMyCnf, type ServerOptions } from "./mysql/server.ts";
export { healthCommand, startScript } from "./mysql/start.ts";
export { trialProgram, versionCommand } from "./mysql/trial.ts";
