// Which addresses a server names for phones of the same network.
import { expect } from "chai";
import { networkAddresses } from "../../../src/ops/network-addresses.ts";

describe("settings: the addresses for phones", () => {
  const interfaces = {
    lo: [{ family: "IPv4" as const, internal: true, address: "127.0.0.1" }],
    wlan0: [
      { family: "IPv4" as const, internal: false, address: "192.168.1.20" },
      { family: "IPv6" as const, internal: false, address: "fe80::1" },
    ],
  };

  it("[W89] a server that listens on every address names those of the network, and never this machine's own", () => {
    expect(networkAddresses("0.0.0.0", interfaces)).to.deep.equal(["192.168.1.20"]);
    expect(networkAddresses("::", interfaces)).to.deep.equal(["192.168.1.20"]);
  });

  it("[W89] one that listens on one address alone names none", () => {
    expect(networkAddresses("127.0.0.1", interfaces)).to.deep.equal([]);
  });
});
