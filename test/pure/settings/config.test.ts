// Settings: every default, every edge, every sentence; and the program that stops with one line.
import { expect } from "chai";
import {
  type Environment,
  doubtsAbout,
  loadConfig,
  SettingError,
  settings,
  type Setting,
} from "../../../src/config.ts";

const table = Object.entries(settings as Record<string, Setting>);
const numbers = table.flatMap(([name, setting]) => (setting.kind === "number" ? [{ name, ...setting }] : []));
const secret = "s".repeat(32);
const camel = (name: string) =>
  name.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const read = (env: Environment, name: string): unknown => Reflect.get(loadConfig(env), camel(name));

/** The sentence that stops the start. */
function stops(env: Environment): string {
  try {
    loadConfig(env);
  } catch (error) {
    expect(error).to.be.instanceOf(SettingError);
    const { message } = error as Error;
    expect(message, "one sentence, one line").to.match(/^[^\n]+\.$/);
    return message;
  }
  throw new Error(`accepted: ${JSON.stringify(env)}`);
}

/** Settings that keep another's edge from breaking a relation. */
function around(name: string): Record<string, string> {
  if (name === "HEARTBEAT_INTERVAL_MS") return { HEARTBEAT_TIMEOUT_MS: "0" };
  if (name === "HEARTBEAT_TIMEOUT_MS") return { HEARTBEAT_INTERVAL_MS: "100" };
  return {};
}

describe("settings", () => {
  it("[W5] each has the documented default", () => {
    const documented = {
      port: 2567,
      gracePeriodMs: 30_000,
      heartbeatIntervalMs: 10_000,
      heartbeatTimeoutMs: 90_000,
      pingIntervalMs: 3000,
      pingMaxRetries: 2,
      joinsPerMinutePerIp: 0,
      unusedJoinsPerMinutePerIp: 200,
      eventsPerMinutePerIp: 120,
      trustProxy: 0,
      authMode: "open",
      logLevel: "info",
      monitorPassword: "",
      sessionSecret: "",
      sessionJwksUrl: "",
      isProduction: false,
      isMonitorOn: true,
    };
    expect(loadConfig({})).to.include(documented);
    for (const { name, fallback } of numbers) expect(read({}, name), name).to.equal(fallback);
    expect(loadConfig({}).maxParticipants).to.be.at.least(2000);
  });

  it("[W5] each has a meaning, and an empty value is the default", () => {
    for (const [name, { meaning, fallback }] of table) {
      expect(meaning, name).to.have.length.greaterThan(10);
      expect(read({ [name]: "" }, name), name).to.deep.equal(read({}, name));
      expect(fallback, name).to.not.equal(undefined);
    }
  });

  for (const { name, min, max, zeroIsOff } of numbers) {
    it(`[W5] ${name} takes ${min} to ${max}${zeroIsOff ? ", or 0" : ""}, and nothing beside`, () => {
      for (const edge of [min, max]) {
        expect(read({ ...around(name), [name]: String(edge) }, name)).to.equal(edge);
      }
      expect(read({ ...around(name), [name]: ` ${max} ` }, name)).to.equal(max);
      const outside = [String(max + 1), "-1", "1.5", "1e3", "0x10", "ten", "NaN", "Infinity", "٣", "1 2"];
      if (min > 0 && !zeroIsOff) outside.push("0");
      if (min > 1) outside.push(String(min - 1));
      for (const value of outside) {
        const sentence = stops({ ...around(name), [name]: value });
        expect(sentence).to.contain(`${name}=${JSON.stringify(value)}`);
        expect(sentence).to.contain(`a whole number from ${min} to ${max}`);
        expect(sentence.includes(", or 0")).to.equal(zeroIsOff === true);
      }
      if (zeroIsOff) expect(read({ ...around(name), [name]: "0" }, name)).to.equal(0);
    });
  }

  const badTexts: [string, string, RegExp][] = [
    ["HOST", "a b", /an IP address or a host name/],
    ["HOST", "http://x", /an IP address or a host name/],
    ["AUTH_MODE", "Open", /one of open, token/],
    ["LOG_LEVEL", "verbose", /one of trace, debug, info/],
    ["ALLOWED_ORIGINS", "example.com", /origins such as https:\/\/example\.com/],
    ["ALLOWED_ORIGINS", "https://example.com/", /origins such as/],
    ["ALLOWED_ORIGINS", "https://a.example, https://b.example", /origins such as/],
    ["ALLOWED_ORIGINS", "https://a.example,*", /origins such as/],
    ["SESSION_JWKS_URL", "keys", /an http or https URL/],
    ["SESSION_JWKS_URL", "file:///keys.json", /an http or https URL/],
    ["STORE_URL", "mongodb://x", /must be/],
  ];
  for (const [name, value, allowed] of badTexts) {
    it(`[W5] ${name}=${value} is refused with what is allowed`, () => {
      const sentence = stops({ [name]: value });
      expect(sentence).to.contain(`${name}=${JSON.stringify(value)} is not allowed`);
      expect(sentence).to.match(allowed);
    });
  }

  it("[W5] good texts are taken as they are", () => {
    for (const host of ["::1", "0.0.0.0", "example.com", "localhost"])
      expect(loadConfig({ HOST: host }).host).to.equal(host);
    const env = { ALLOWED_ORIGINS: "https://a.example,http://b.example:8080" };
    expect(loadConfig(env).allowedOrigins).to.deep.equal(["https://a.example", "http://b.example:8080"]);
    expect(loadConfig({ ALLOWED_ORIGINS: "*" }).allowedOrigins).to.equal("*");
    expect(loadConfig({ LOG_LEVEL: "silent" }).logLevel).to.equal("silent");
  });

  it("[W5] a value with a line break is shown on one line", () => {
    expect(stops({ PORT: "1\n2" })).to.contain(String.raw`PORT="1\n2"`);
  });

  it("[W5] a secret is never shown", () => {
    for (const short of ["hunter2", "s".repeat(31)]) {
      const sentence = stops({ SESSION_SECRET: short });
      expect(sentence).to.equal(
        "SESSION_SECRET=(not shown) is not allowed: it must be at least 32 characters.",
      );
    }
    const both = stops({
      AUTH_MODE: "token",
      SESSION_SECRET: secret,
      SESSION_JWKS_URL: "https://u:pw@k.example/",
    });
    expect(both).to.not.contain(secret).and.not.contain("pw");
  });

  it("[W5] a quiet time as long as the grace would tell nobody anything", () => {
    const sentence = stops({ QUIET_TIME_MS: "500", GRACE_PERIOD_MS: "500" });
    expect(sentence).to.equal("QUIET_TIME_MS=500 is not allowed: it must be less than GRACE_PERIOD_MS=500.");
  });

  it("[W5] token mode needs exactly one source of keys", () => {
    const either = /AUTH_MODE=token needs either SESSION_SECRET or SESSION_JWKS_URL, and not both/;
    const url = "https://keys.example/jwks.json";
    expect(stops({ AUTH_MODE: "token" })).to.match(either);
    expect(stops({ AUTH_MODE: "token", SESSION_SECRET: secret, SESSION_JWKS_URL: url })).to.match(either);
    expect(loadConfig({ AUTH_MODE: "token", SESSION_SECRET: secret }).authMode).to.equal("token");
    expect(loadConfig({ AUTH_MODE: "token", SESSION_JWKS_URL: url }).sessionJwksUrl).to.equal(url);
  });

  it("[A24] AUTH_MODE=user needs one kind of key, and an issuer and an audience", () => {
    const url = "https://keys.example/jwks";
    const named = { SESSION_ISSUER: "https://id.example", SESSION_AUDIENCE: "quiz" };
    expect(stops({ AUTH_MODE: "user", ...named })).to.match(/^AUTH_MODE=user needs either SESSION_SECRET or/);
    const why = /^AUTH_MODE=user needs SESSION_ISSUER and SESSION_AUDIENCE/;
    for (const name of ["SESSION_ISSUER", "SESSION_AUDIENCE"])
      expect(stops({ AUTH_MODE: "user", SESSION_JWKS_URL: url, ...named, [name]: "" })).to.match(why);
    const config = loadConfig({ AUTH_MODE: "user", SESSION_JWKS_URL: url, ...named, SESSION_CLAIMS: "a,b" });
    expect(config).to.include({ authMode: "user", sessionUserClaim: "sub", sessionClaims: "a,b" });
    expect(doubtsAbout(config)).to.deep.equal([]);
    expect(stops({ AUTH_MODE: "users" })).to.match(/^AUTH_MODE="users" is not allowed/);
  });

  it("[W5] a heartbeat timeout that would drop every client between two beats is doubted, and taken", () => {
    for (const timeout of ["10000", "9999", "100"]) {
      const [doubt] = doubtsAbout(loadConfig({ HEARTBEAT_TIMEOUT_MS: timeout }));
      expect(doubt).to.contain(`HEARTBEAT_TIMEOUT_MS=${timeout}`).and.contain("HEARTBEAT_INTERVAL_MS=10000");
    }
    for (const timeout of ["10001", "0"])
      expect(doubtsAbout(loadConfig({ HEARTBEAT_TIMEOUT_MS: timeout }))).to.deep.equal([]);
  });

  it("[W5] settings of tokens without token mode are doubted, and taken", () => {
    expect(doubtsAbout(loadConfig({ SESSION_AUDIENCE: "quiz" }))).to.have.length(1);
    const token = { AUTH_MODE: "token", SESSION_SECRET: "x".repeat(32), SESSION_AUDIENCE: "quiz" };
    expect(doubtsAbout(loadConfig(token))).to.deep.equal([]);
  });

  it("[W6] in production open mode must be explicit", () => {
    const production = { NODE_ENV: "production" };
    expect(stops(production)).to.match(
      /^AUTH_MODE is not set: in production it must be token, user or custom, or open/,
    );
    expect(stops({ ...production, AUTH_MODE: "" })).to.contain("AUTH_MODE is not set");
    expect(loadConfig({ ...production, AUTH_MODE: "open" }).authMode).to.equal("open");
    expect(loadConfig({ ...production, AUTH_MODE: "token", SESSION_SECRET: secret }).isProduction).to.equal(
      true,
    );
    expect(loadConfig({ NODE_ENV: "development" }).isProduction).to.equal(false);
  });

  it("[W6] in production the monitor needs a password, and no foreign origin comes in by default", () => {
    const production = { NODE_ENV: "production", AUTH_MODE: "open" };
    expect(loadConfig(production)).to.deep.include({ isMonitorOn: false, allowedOrigins: [] });
    expect(loadConfig({ ...production, MONITOR_PASSWORD: "p" }).isMonitorOn).to.equal(true);
    expect(loadConfig({})).to.deep.include({ isMonitorOn: true, allowedOrigins: "*" });
  });
});
