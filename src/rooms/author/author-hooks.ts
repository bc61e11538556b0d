// Names of the framework's hooks that are this server's own: a room author's class may have none of them.

const lifecycleHooks = ["onCreate", "onAuth", "onJoin", "onDrop", "onReconnect", "onLeave", "onDispose"];
const frameworkHooks = [...lifecycleHooks, "onMessage", "onMessageBytes", "onUncaughtException"];

/** createApp refuses a class with methods of these names; one with fields (`onJoin = () => {}`) throws on these locks. */
export function lockHooks(room: object): void {
  for (const name of frameworkHooks) {
    const value: unknown = Reflect.get(room, name);
    Object.defineProperty(room, name, { value, writable: false, configurable: false });
  }
}
