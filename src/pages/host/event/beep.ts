// Two short tones, made here: nothing is loaded.

const tones = [660, 880] as const;
const toneS = 0.18;

/** Does nothing where the page may not make a sound yet (nobody has touched it), or cannot. */
export function beep(): void {
  if (typeof AudioContext === "undefined") return;
  const audio = new AudioContext();
  tones.forEach((hertz, index) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const from = audio.currentTime + index * toneS;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, from);
    volume.gain.exponentialRampToValueAtTime(0.2, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + toneS);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + toneS);
    if (index === tones.length - 1) tone.addEventListener("ended", () => void audio.close());
  });
}
