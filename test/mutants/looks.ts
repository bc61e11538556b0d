// Breaks of the pages' words, directions, looks and keys, of the demo, and of what a device does beside showing a page.
import { type Break, breaksOf } from "./break.ts";

export const looks: readonly Break[] = [
  ...breaksOf("pages/languages/en/demo.json", "pages/words-used", [
    [
      "B152",
      "a message that nobody shows",
      '"demo.left": "left",',
      '"demo.left": "left", "demo.gone-by": "gone by",',
    ],
  ]),
  ...breaksOf("pages/demo/ann.tsx", "pages/words-used", [
    ["B153", "a page says something in English", '{t("demo.score", { n: score })}', "{score} points"],
  ]),
  ...breaksOf("pages/styles/demo.css", "pages/words-used", [
    ["B154", "a line is on the left, in Arabic, too", "border-inline-start: 4px", "border-left: 4px"],
  ]),
  ...breaksOf(
    "pages/languages/de/participant.json",
    "browser/every-language",
    [["B155", "a German is told something in English", "Du bist hier", "You are here"]],
    "B155",
  ),
  ...breaksOf(
    "pages/ui/keep-focus.ts",
    "browser/host-event",
    [["B156", "the focus falls out of the page", "home?.focus({ preventScroll: true });", ""]],
    "B156",
  ),
  ...breaksOf(
    "pages/demo/stage.tsx",
    "browser/every-language-demo",
    [["B157", "the phones speak another language than the page", "&lang=${spoken()}", ""]],
    "B157",
  ),
  ...breaksOf(
    "pages/styles/base.css",
    "browser/every-language-demo",
    [["B155, B157", "a name begins at the other end", "text-align: -webkit-match-parent;", ""]],
    "B157",
  ),
  ...breaksOf(
    "pages/demo/stage.tsx",
    "browser/demo",
    [
      [
        "B158",
        "the button that was pressed loses the focus",
        "aria-disabled={isKilled}",
        "disabled={isKilled}",
      ],
    ],
    "B158",
  ),
  ...breaksOf(
    "pages/demo/ann.tsx",
    "browser/demo",
    [["B158", "an answer loses the focus", "key={i}", "key={choice}"]],
    "B158",
  ),
  ...breaksOf(
    "pages/styles/participant/own.css",
    "every-browser/forced-colours",
    [
      ["B159", "trouble is a colour that is not there", "border: 4px solid CanvasText;", ""],
      [
        "B159",
        "a ring keeps a colour that may not be seen",
        ".own[data-tone] .own-ring[data-kind] .own-ring-line,",
        ".own-ring-line,",
      ],
    ],
    "B159",
  ),
  ...breaksOf(
    "pages/styles/host/host.css",
    "every-browser/forced-colours",
    [["B159", "a choice is a colour that is not there", "background: Highlight;", "background: Canvas;"]],
    "B159",
  ),
  ...breaksOf("pages/participant/device.ts", "browser/buzz", [
    ["B160", "the phone is still", "navigator.vibrate([...patternMs])", "undefined"],
  ]),
  ...breaksOf("pages/participant/room-view.tsx", "browser/buzz", [
    ["B160", "it buzzes when it is switched off", "if (buzzes.current && wasHere", "if (wasHere"],
  ]),
  ...breaksOf("pages/host/event/alerts.ts", "browser/alerts", [
    ["B161", "it sounds when it is switched off", "if (settings.sound) beep();", "beep();"],
    ["B161", "nothing is shown", 'Notification.permission !== "granted"', "true"],
  ]),
  ...breaksOf("pages/host/forms/alerts-dialog.tsx", "browser/alerts", [
    ["B161", "what was not allowed is on", "return setIsDenied(true);", "setIsDenied(true);"],
  ]),
  ...breaksOf("pages/host/event/toolbar.tsx", "browser/host-token", [
    ["B162", "an invitation is offered that cannot be made", "{hasCodes && button(", "{button("],
  ]),
  ...breaksOf("pages/host/sign-in.tsx", "browser/host-token", [
    ["B162", "the token's field is hidden", "isOpen={!hasCodes}", "isOpen={false}"],
  ]),
];
