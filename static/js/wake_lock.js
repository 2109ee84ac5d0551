// Keeps the screen awake while a code is to be shown. A page cannot raise the brightness by
// itself, so the element's own words ask for it.
export default function wakeLock(element) {
  if (!navigator.wakeLock) return;
  const keepAwake = async () => {
    if (document.visibilityState !== "visible" || !element.isConnected) return;
    try {
      await navigator.wakeLock.request("screen");
    } catch (refusal) {
      // Saving power: the device may refuse, and the code is shown all the same.
      if (refusal.name !== "NotAllowedError") throw refusal;
    }
  };
  document.addEventListener("visibilitychange", keepAwake);
  keepAwake();
}
