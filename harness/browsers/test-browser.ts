// What a test of every browser knows of one: it is installed or not, and has devices with tabs.
import type { Tab } from "./tab.ts";

export interface DeviceOptions {
  /** The language that the browser asks pages for, such as `ar-EG`; English unless said. */
  readonly language?: string;
  /** The size of a window's inside, in CSS pixels. A driver may have a least width (WebKitGTK: 450). */
  readonly size?: { readonly width: number; readonly height: number };
  /** All colours are the system's, as a person has them who needs more contrast. Where `canForceColours` alone. */
  readonly hasForcedColours?: boolean;
}

/** Somebody's device: a profile of its own, whose tabs share what they store. */
export interface Device {
  /** Each tab is a window of its own, so that none is hidden. */
  newTab(): Promise<Tab>;
  /**
   * What our code has complained about on the consoles of its pages, in so far as the driver tells (WebKitGTK's tells
   * nothing). What the browser itself says of a network that is broken is left out.
   */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** A browser that tests drive. Implemented by Chromium, Firefox and WebKit. */
export interface TestBrowser {
  readonly name: string;
  readonly isInstalled: boolean;
  /** The packages that it needs, as Debian names them. */
  readonly packages: string;
  /** WebKit has no forced colours on Linux. */
  readonly canForceColours: boolean;
  open(): Promise<void>;
  newDevice(options?: DeviceOptions): Promise<Device>;
  close(): Promise<void>;
}
