// What stands beside one's own seat: cheers, the people, what this device does. Nothing of it is needed to see that one is in,
// so it is loaded after that (later.ts).
export { CheerPanel } from "./cheer-panel.tsx";
export { DeviceCard } from "./device-card.tsx";
export { People } from "./people.tsx";
