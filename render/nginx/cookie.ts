/**
 * Pattern before a cookie's value in `$http_cookie`. Several cookies may have its name: any host of the same site can
 * set one, and it may come before our own. `$cookie_<name>` sees only the first.
 */
export function cookieStart(name: string): string {
  return `(?:^|; *)${name}=`;
}

/** Pattern after a cookie's value. */
export const cookieEnd = "(?:;|$)";
