// The form in which limits count addresses.
import { expect } from "chai";
import { addressOf, isLoopback } from "../../../src/identity/address.ts";

describe("addresses as limits count them", () => {
  const same = (expected: string, ...texts: string[]) => {
    for (const text of texts) expect(addressOf(text), text).to.equal(expected);
    expect(addressOf(expected), "its own address").to.equal(expected);
  };

  it("[N4] a port, brackets, quotes and a zone are no part of an address", () => {
    same(
      "203.0.113.7",
      "203.0.113.7",
      "203.0.113.7:80",
      "203.0.113.7:65535",
      " 203.0.113.7 ",
      '"203.0.113.7:1"',
    );
    same(
      "2001:db8:0:0::",
      "2001:db8::1",
      "[2001:db8::1]",
      "[2001:db8::1]:443",
      '"[2001:db8::9]:443"',
      "2001:db8::1%eth0",
    );
  });

  it("[N4] of an IPv6 address the first 64 bits count, however they are written", () => {
    same(
      "2001:db8:a:b::",
      "2001:db8:a:b::",
      "2001:db8:a:b:1:2:3:4",
      "2001:0DB8:000A:000B:ffff::1",
      "2001:db8:a:b:c::",
      "2001:db8:a:b:c:d:203.0.113.7",
    );
    same("fe80:0:0:0::", "fe80::1", "fe80::ffff:1%2");
    same("0:0:0:0::", "::2", "::");
    expect(addressOf("2001:db8:a:b::1")).to.not.equal(addressOf("2001:db8:a:c::1"));
  });

  it("[N4] an IPv4 address in IPv6's form is that IPv4 address", () => {
    same(
      "203.0.113.7",
      "::ffff:203.0.113.7",
      "::FFFF:cb00:7107",
      "0:0:0:0:0:ffff:203.0.113.7",
      "[::ffff:203.0.113.7]:9",
    );
    same("127.0.0.1", "::ffff:127.0.0.1");
  });

  it("[N4] what is no address is none", () => {
    for (const text of [
      "",
      "unknown",
      "_hidden",
      "unix:",
      "localhost",
      "203.0.113",
      "203.0.113.256",
      "203.0.113.07",
      "203.0.113.7:",
      "203.0.113.7:123456",
      "203.0.113.7:80:80",
      "127.0.0.1.evil.example",
      "[203.0.113.7",
      "2001:db8::1::",
      "[2001:db8::1]x",
      "1",
      "0x7f.1",
      "203.0.113.7, 203.0.113.8",
      ":".repeat(70_000),
      "1".repeat(70_000),
    ])
      expect(addressOf(text), text.slice(0, 40)).to.equal(undefined);
  });

  it("[N4] a machine's own addresses are known", () => {
    for (const text of ["127.0.0.1", "127.9.9.9:80", "::1", "[::1]:80", "::ffff:127.0.0.2"])
      expect(isLoopback(addressOf(text) ?? ""), text).to.equal(true);
    for (const text of ["128.0.0.1", "::2", "fe80::1", "::127.0.0.1", "10.0.0.1"])
      expect(isLoopback(addressOf(text) ?? ""), text).to.equal(false);
  });
});
