// Names in the environment that are almost a setting's: each of them is named, and nobody else's.
import { expect } from "chai";
import { loadConfig } from "../../../src/config.ts";
import { settings } from "../../../src/settings.ts";

const misspelt = (env: Record<string, string>) => loadConfig(env).misspelt;

const meant: Record<string, string> = {
  GRACE_PERIOD: "GRACE_PERIOD_MS",
  GRACE_PERIOD_SECONDS: "GRACE_PERIOD_MS",
  GRACE_PEROID_MS: "GRACE_PERIOD_MS",
  GRACEPERIOD_MS: "GRACE_PERIOD_MS",
  grace_period_ms: "GRACE_PERIOD_MS",
  "GRACE-PERIOD-MS": "GRACE_PERIOD_MS",
  HOLDFAST_GRACE_PERIOD_MS: "GRACE_PERIOD_MS",
  MAX_PARTICIPANT: "MAX_PARTICIPANTS",
  PARTICIPANTS_MAX: "MAX_PARTICIPANTS",
  MAX_EVENT: "MAX_EVENTS",
  PING_INTERVAL: "PING_INTERVAL_MS",
  HEARTBEAT_TIMEOUT: "HEARTBEAT_TIMEOUT_MS",
  HEARBEAT_TIMEOUT_MS: "HEARTBEAT_TIMEOUT_MS",
  ALLOWED_ORIGIN: "ALLOWED_ORIGINS",
  TRUSTED_PROXY: "TRUST_PROXY",
  STORE_URI: "STORE_URL",
  LOGLEVEL: "LOG_LEVEL",
  LEASE_SECONDS: "LEASE_MS",
  SESSION_SECRETS: "SESSION_SECRET",
  MONITOR_PASWORD: "MONITOR_PASSWORD",
};

/** What shells, desktops, containers, hosts of applications and other programs put there. */
const others = `PATH HOME HOSTNAME HOSTTYPE LOGNAME LOGIN SHELL TERM COLORTERM LANG LS_COLORS PWD OLDPWD USER MAIL EDITOR
  SUPPORT SPORT EXPORT PORTS PORT0 HTTP_PORT SERVER_PORT DEBUG_PORT HOSTS GHOST REDIS_PORT REDIS_HOST REDIS_PASSWORD
  REDIS_TLS_URL REDISCLOUD_URL DATABASE_URL PUBLIC_URL PUBLIC_PATH PUBLIC_DIR SESSION_MANAGER SESSION_NAME SESSION_ID
  SESSION_TYPE SESSION_KEY DESKTOP_SESSION XDG_SESSION_ID DBUS_SESSION_BUS_ADDRESS SSH_AUTH_SOCK GPG_AGENT_INFO LOG_FILE
  LOG_FORMAT LOG_DIR RUST_LOG APP_LOG_LEVEL npm_config_loglevel npm_lifecycle_event npm_package_name NODE_ENV NODE_OPTIONS
  MAX_CONNECTIONS MAX_MEMORY KUBERNETES_SERVICE_HOST KUBERNETES_PORT HOLDFAST_PORT HOLDFAST_SERVICE_HOST
  HOLDFAST_SERVICE_PORT VITE_REDIS_URL SPRING_REDIS_URL CLUSTER_NAME CLUSTER_ADDR AUTH_CODE AUTH_TOKEN AUTH_TYPE STORE_ID
  STORE_NAME SECRET JWT_SECRET EVENT_ID EVENT_NAME PING_URL PING_TIMEOUT TRUST_ANCHOR REPLAY_ID REPLAY_FILE LEASE_ID
  LEASE_DURATION MONITOR_URL MONITOR_USER ALLOWED_HOSTS JOINS CI GITHUB_ACTIONS ProgramFiles APPDATA SystemRoot`;

describe("misspelt settings", () => {
  for (const [name, setting] of Object.entries(meant))
    it(`[W19] ${name} is named, with ${setting}`, () => {
      expect(misspelt({ [name]: "12" })).to.deep.equal([
        `${name} is not a setting; did you mean ${setting}?`,
      ]);
    });

  it("[W19] nothing of what others put into an environment is", () => {
    const env = Object.fromEntries(others.split(/\s+/).map((name) => [name, "x"]));
    expect(Object.keys(env).length).to.be.above(90);
    expect(misspelt(env)).to.deep.equal([]);
    expect(
      misspelt(Object.fromEntries(Object.entries(process.env).map(([name]) => [name, "x"]))),
    ).to.deep.equal([]);
  });

  it("[W19] no setting is taken for another, and a name is another's where the setting is set or the value empty", () => {
    for (const name of Object.keys(settings)) expect(misspeltBeside(name), name).to.deep.equal([]);
    expect(misspelt({ GRACE_PERIOD: "30", GRACE_PERIOD_MS: "30000" })).to.deep.equal([]);
    expect(misspelt({ GRACE_PERIOD: "" })).to.deep.equal([]);
  });
  const misspeltBeside = (name: string) => {
    const setting = settings[name as keyof typeof settings];
    const good = {
      AUTH_MODE: "token",
      SESSION_SECRET: "s".repeat(32),
      SESSION_JWKS_URL: "https://x.example",
    }[name];
    const value = good ?? (setting.kind === "number" ? String(setting.fallback) : setting.fallback);
    return misspelt({ [name]: value, ...(name === "AUTH_MODE" ? { SESSION_SECRET: "s".repeat(32) } : {}) });
  };
});
