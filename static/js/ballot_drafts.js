// A ballot that was begun and not cast waits on the voter's own device, under a name that tells two
// people who share it apart; nothing of it is sent anywhere. Signing out forgets all of them.
const PREFIX = "ballot:";

export function read(name) {
  try {
    const kept = JSON.parse(localStorage.getItem(name));
    return kept && Array.isArray(kept.choices) ? kept : null;
  } catch {
    return null; // storage is closed to us, or holds something else: as if nothing had been begun
  }
}

export function keep(name, draft) {
  try {
    localStorage.setItem(name, JSON.stringify(draft));
    return true;
  } catch {
    return false; // private windows may refuse: the ballot works without being kept
  }
}

export function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // nothing could be kept either
  }
}

export function forgetAll() {
  try {
    Object.keys(localStorage)
      .filter((name) => name.startsWith(PREFIX))
      .forEach((name) => localStorage.removeItem(name));
  } catch {
    // nothing could be kept either
  }
}
