// The switches of what this device does beside showing the page.
import { t } from "../languages/words.ts";
import { InstallOffer } from "../shell/install-offer.tsx";
import { type Habit, possibleHabits } from "./device.ts";

interface DeviceCardProps {
  readonly off: ReadonlySet<string>;
  readonly onSwitch: (habit: Habit) => void;
}

export function DeviceCard({ off, onSwitch }: DeviceCardProps) {
  return (
    <details class="card device" data-test="device">
      <summary>
        <h2>{t("device.title")}</h2>
      </summary>
      {possibleHabits().map((habit) => (
        <label key={habit} class="switch">
          <input
            type="checkbox"
            role="switch"
            data-test={`habit-${habit}`}
            checked={!off.has(habit)}
            onChange={() => onSwitch(habit)}
          />
          <span>
            {t(`device.${habit}`)}
            {habit === "speak" && <small>{t("device.speak-hint")}</small>}
          </span>
        </label>
      ))}
      <InstallOffer />
    </details>
  );
}
