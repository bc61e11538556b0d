// What a room's patches carry of its event, as whoever makes them sees it.

/** The event's side of a patch. Implemented by event/announcer. */
export interface PatchSource {
  /**
   * Before a patch: writes what is stored into the state. Returns the frames of what everyone is to be sent of it, right
   * behind the patch; undefined when there is nothing, or when this process may not announce anything now.
   */
  applyStored(): Buffer | undefined;
  /** The patch is made: who waits for what it shows is let go, and what concerns only one is sent to that one. */
  patched(): void;
  /** Everyone has been sent it. */
  delivered(): void;
}
