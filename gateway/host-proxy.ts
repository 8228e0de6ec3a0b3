import { hostProxyFiles } from "../render/nginx.ts";

/**
 * Shell lines that note by which addresses programs on the host reach this network: those of its gateway, which the
 * kernel's tables have in hexadecimal digits, by IPv4 with the lowest byte first.
 */
export const noteHostProxy = [
  "while read -r _ to via _; do",
  `  if [ "$to" = 00000000 ] && [ "$via" != 00000000 ]; then`,
  "    d=${via#??????} c=${via#????} b=${via#??}",
  `    printf 'set_real_ip_from %d.%d.%d.%d;\\n' "0x$d" "0x\${c%??}" "0x\${b%????}" "0x\${via%??????}" > ${hostProxyFiles}-4.conf`,
  "  fi",
  "done < /proc/net/route",
  "while read -r to length _ _ via _; do",
  `  if [ "$length" = 00 ] && [ "$via" != 00000000000000000000000000000000 ]; then`,
  `    echo "set_real_ip_from $(echo "$via" | sed 's/..../&:/g; s/:$//');" > ${hostProxyFiles}-6.conf`,
  "  fi",
  "done < /proc/net/ipv6_route || :",
];
