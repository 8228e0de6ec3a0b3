/**
 * Patterns of one cookie in `$http_cookie`, where several may have its name: a host of the same site can give a browser
 * one of any name, which may then come before our own. `$cookie_<name>` sees the first of them only.
 */
export function cookieStart(name: string): string {
  return `(?:^|; *)${name}=`;
}

/** What follows a cookie's value. */
export const cookieEnd = "(?:;|$)";
