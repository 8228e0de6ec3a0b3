export { renderAccounts, renderLock, type Accounts, type FoundAccount } from "./mysql/accounts.ts";
export { renderClientCnf, type ClientOptions } from "./mysql/client.ts";
export { renderMyCnf, temporaryDirectory, type ServerOptions } from "./mysql/server.ts";
