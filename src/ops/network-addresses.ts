// Where other machines of the same network find this one: what phones are to open instead of localhost.
import type { NetworkInterfaceInfo } from "node:os";

type Interfaces = NodeJS.Dict<Pick<NetworkInterfaceInfo, "family" | "internal" | "address">[]>;

/**
 * The IPv4 addresses of this machine that a server can be reached at.
 * @param listensOn the address that the server listens on (HOST); none when that is not every one of the machine's
 * @param interfaces as `os.networkInterfaces()` has them
 */
export function networkAddresses(listensOn: string, interfaces: Interfaces): string[] {
  if (listensOn !== "0.0.0.0" && listensOn !== "::") return [];
  return Object.values(interfaces)
    .flatMap((each) => each ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
}

/** Under which host name this machine itself reaches a server. @param listensOn the address that the server listens on (HOST) */
export function ownHost(listensOn: string): string {
  if (/^(?:0\.0\.0\.0|::1?|127\.0\.0\.1|localhost)?$/.test(listensOn)) return "localhost";
  return listensOn.includes(":") ? `[${listensOn}]` : listensOn;
}
