// The demo's page: two phones side by side, a tunnel, a server that can be killed, and what to try next.
import { type ComponentChildren, render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { spoken, t } from "../languages/words.ts";
import { Wordmark } from "../ui/wordmark.tsx";
import { letBotsIn } from "./bots.ts";
import { captionOf } from "./caption.ts";
import { roomCode } from "./code.ts";
import { type FromPhone, phoneIn, type PhoneName, type ToPhone } from "./messages.ts";

const eventId = `demo-${Math.random().toString(36).slice(2, 10)}`;

/** Asks the server of the page something about the demo's own. */
async function ask<Answer>(path: string, method: "GET" | "POST"): Promise<Answer> {
  const response = await fetch(`./demo/${path}`, { method, cache: "no-store" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as Answer;
}

interface SheetProps {
  readonly caption: string;
  readonly isError?: boolean;
  readonly children?: ComponentChildren;
}

/** The page in every state: its title, one sentence, and what there is to see. */
function Sheet({ caption, isError = false, children }: SheetProps) {
  return (
    <>
      <header class="demo-head">
        <Wordmark />
        <h1>{t("demo.title")}</h1>
        <p class="demo-lead">{t("demo.lead")}</p>
      </header>
      <main class="demo-stage">
        <p class={isError ? "demo-caption is-error" : "demo-caption"} role="status" data-test="demo-caption">
          {caption}
        </p>
        {children}
      </main>
    </>
  );
}

function Stage({ port }: { readonly port: number }) {
  const frames = {
    ann: useRef<HTMLIFrameElement>(null),
    everyone: useRef<HTMLIFrameElement>(null),
  };
  const [ann, setAnn] = useState<FromPhone | undefined>(undefined);
  const [isDark, setIsDark] = useState(false);
  const [hasBeenDark, setHasBeenDark] = useState(false);
  const [answeredBefore, setAnsweredBefore] = useState(0);
  const [isKilled, setIsKilled] = useState(false);
  const [hasBeenKilled, setHasBeenKilled] = useState(false);
  const [isOrdinary, setIsOrdinary] = useState(false);
  useEffect(() => {
    const heard = ({ data, origin }: MessageEvent) => {
      const said = origin === location.origin ? phoneIn(data) : undefined;
      if (said?.phone === "ann") setAnn(said);
    };
    addEventListener("message", heard);
    return () => removeEventListener("message", heard);
  }, []);
  const tell = (phone: PhoneName, message: ToPhone) =>
    frames[phone].current?.contentWindow?.postMessage(message, location.origin);
  const tunnel = () => {
    if (!isDark) setAnsweredBefore(ann?.answered ?? 0);
    setHasBeenDark(true);
    setHasBeenKilled(false);
    setIsDark(!isDark);
    tell("ann", { type: "network", isDark: !isDark });
  };
  const kill = async () => {
    if (isKilled) return;
    setIsKilled(true);
    const { down_ms: downMs } = await ask<{ down_ms: number }>("kill", "POST");
    setTimeout(() => {
      setIsKilled(false);
      setHasBeenKilled(true);
    }, downMs);
  };
  const ordinary = () => {
    setIsOrdinary(!isOrdinary);
    tell("everyone", { type: "ordinary", isShown: !isOrdinary });
  };
  const scene = { ann, isDark, isKilled, answeredBefore, hasBeenDark, hasBeenKilled };
  const addressOf = (phone: PhoneName) =>
    `./demo-phone?phone=${phone}&port=${port}&event=${eventId}&lang=${spoken()}`;
  return (
    <Sheet caption={captionOf(scene)}>
      <div class="demo-controls">
        <button type="button" class="button is-primary" data-test="tunnel" onClick={tunnel}>
          {isDark ? t("demo.leave") : t("demo.enter")}
        </button>
        <button
          type="button"
          class="button is-danger"
          data-test="kill"
          aria-disabled={isKilled}
          onClick={() => void kill()}
        >
          {isKilled ? t("demo.killing") : t("demo.kill")}
        </button>
        <label class="demo-switch">
          <input
            type="checkbox"
            role="switch"
            data-test="ordinary"
            checked={isOrdinary}
            onChange={ordinary}
          />
          <span>{t("demo.ordinary")}</span>
        </label>
      </div>
      <div class="demo-phones">
        {(["ann", "everyone"] as const).map((phone) => (
          <figure key={phone} class="demo-frame" data-dark={phone === "ann" && isDark}>
            <figcaption>{t(`demo.${phone}`)}</figcaption>
            <iframe ref={frames[phone]} title={t(`demo.${phone}`)} src={addressOf(phone)} />
          </figure>
        ))}
      </div>
      <section class="demo-code">
        <h2 id="demo-code-title">{t("demo.code.title")}</h2>
        <p>{t("demo.code.lead")}</p>
        {/* biome-ignore lint: what scrolls can be reached by keyboard */}
        <pre tabindex={0} role="region" aria-labelledby="demo-code-title" dir="ltr">
          <code>{roomCode}</code>
        </pre>
      </section>
    </Sheet>
  );
}

/** Starts the demo's server, lets the others in, and shows it. */
export async function start(): Promise<void> {
  const root = document.getElementById("app");
  if (root === null) return;
  document.title = `${t("demo.title")} · Holdfast`;
  render(<Sheet caption={t("demo.caption.starting")} />, root);
  try {
    const { port } = await ask<{ port: number }>("server", "GET");
    letBotsIn(`${location.protocol}//${location.hostname}:${port}`, eventId);
    render(<Stage port={port} />, root);
  } catch {
    render(<Sheet caption={t("demo.failed")} isError />, root);
  }
}
