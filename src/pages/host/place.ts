// Where the host's page is, in its address: a reload, a second tab and the back button keep it.
import { useCallback, useEffect, useState } from "preact/hooks";
import { type HostPlace, hostPlaceOf, searchOf } from "../core/places.ts";

/** The place, and what goes to another one. */
export function usePlace(): [HostPlace, (place: HostPlace) => void] {
  const [place, setPlace] = useState(() => hostPlaceOf(location.search));
  useEffect(() => {
    const back = () => setPlace(hostPlaceOf(location.search));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const go = useCallback((next: HostPlace) => {
    history.pushState(null, "", location.pathname + searchOf(next));
    setPlace(next);
  }, []);
  return [place, go];
}
