// Two short tones, which say that pictures are done. Loaded when somebody wants them.

const TONES = [
  { at: 0, hertz: 660 },
  { at: 0.14, hertz: 880 },
];

/** In seconds. */
const LENGTH = 0.5;

let context;

export async function play() {
  context ??= new AudioContext();
  await context.resume();
  for (const { at, hertz } of TONES) {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + at;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.12, start);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + LENGTH);
  }
}
