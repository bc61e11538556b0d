// Which addresses a server names for phones of the same network.
import { expect } from "chai";
import { networkAddresses, ownHost } from "../../../src/ops/network-addresses.ts";

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

  it("[W89] for itself it names the address that it listens on, and localhost where that is one of them", () => {
    for (const host of ["0.0.0.0", "::", "::1", "127.0.0.1", "localhost"])
      expect(ownHost(host), host).to.equal("localhost");
    expect(["192.168.1.20", "quiz.example", "fe80::1"].map(ownHost)).to.deep.equal([
      "192.168.1.20",
      "quiz.example",
      "[fe80::1]",
    ]);
  });
});
