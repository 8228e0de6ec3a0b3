export { renderAccounts, type Accounts } from "./mysql/accounts.ts";
export { renderClientCnf, type ClientOptions } from "./mysql/client.ts";
export { renderMyCnf, type ServerOptions } from "./mysql/server.ts";
