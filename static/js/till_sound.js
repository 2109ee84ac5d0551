// The till is heard as well as seen: two rising notes for yes, one low double note for no.
const NOTES = {
  success: [
    { hertz: 659, at: 0, lasts: 0.12 },
    { hertz: 988, at: 0.13, lasts: 0.22 },
  ],
  refusal: [
    { hertz: 196, at: 0, lasts: 0.18 },
    { hertz: 196, at: 0.24, lasts: 0.28 },
  ],
};
const VOLUME = 0.25;
const LATE_MS = 1000;

export default function tillSound(result) {
  result.focus();
  if (navigator.userActivation?.hasBeenActive) {
    navigator.vibrate?.(result.dataset.sound === "success" ? 80 : [120, 80, 120]);
  }
  const audio = new AudioContext();
  const asked = performance.now();
  // Before the first touch on the page a browser may stay silent; a sound that comes late would
  // belong to nothing, so then the colour and the words alone remain.
  audio.resume().then(() => {
    if (performance.now() - asked < LATE_MS) play(audio, result.dataset.sound);
  });
}

function play(audio, name) {
  for (const { hertz, at, lasts } of NOTES[name]) {
    const begins = audio.currentTime + at;
    const gain = audio.createGain();
    gain.gain.setValueAtTime(VOLUME, begins);
    gain.gain.exponentialRampToValueAtTime(0.001, begins + lasts);
    const tone = audio.createOscillator();
    tone.type = name === "success" ? "sine" : "square";
    tone.frequency.value = hertz;
    tone.connect(gain).connect(audio.destination);
    tone.start(begins);
    tone.stop(begins + lasts);
  }
}
