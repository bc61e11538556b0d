// What hangs on the framework's client object, where tools and other rooms' code may read it.

/** What a client object says of itself: nothing secret, and the same after every return. */
export function authOf(deviceId: string | undefined): Record<string, string> {
  return deviceId === undefined ? { role: "observer" } : { role: "participant", device_id: deviceId };
}
