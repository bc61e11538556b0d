// Whether this server makes a browser a host by a code that is good once, or takes an identity provider's tokens alone.
import { useEffect, useState } from "preact/hooks";
import type { HostClient } from "../../host/index.ts";

/** True until the server has said that it has none, or when nobody answers. */
export function useHostCodes(client: HostClient): boolean {
  const [hasCodes, setHasCodes] = useState(true);
  useEffect(() => {
    client.server().then(
      (facts) => setHasCodes(facts.host_codes),
      () => {}, // then the usual words
    );
  }, [client]);
  return hasCodes;
}
