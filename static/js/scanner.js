// Reads a QR code with the camera into a field and sends its form. The browser's own detector is
// used where there is one, jsQR elsewhere. Whatever fails, typing the code still works.
const LOOK_EVERY_MS = 150;
const LARGEST_SIDE = 720;

export default function scanner(box) {
  const input = document.getElementById(box.dataset.input);
  if (!input) return;
  const parts = {
    start: box.querySelector("[data-scanner-start]"),
    stop: box.querySelector("[data-scanner-stop]"),
    view: box.querySelector("[data-scanner-view]"),
    status: box.querySelector("[data-scanner-status]"),
    video: box.querySelector("video"),
  };
  let stream = null;

  const show = (running) => {
    parts.view.hidden = parts.stop.hidden = !running;
    parts.start.hidden = running;
  };
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    show(false);
  };
  const found = (text) => {
    stop();
    parts.status.textContent = box.dataset.found;
    navigator.vibrate?.(60);
    input.value = text;
    input.form.requestSubmit();
  };

  async function start() {
    parts.start.setAttribute("aria-busy", "true");
    try {
      stream = await openCamera();
      parts.video.srcObject = stream;
      await parts.video.play();
      show(true);
      parts.status.textContent = box.dataset.looking;
      await look(parts.video, await reader(box.dataset.jsqr), () => stream !== null, found);
    } catch (problem) {
      stop();
      parts.status.textContent = box.dataset[reason(problem)];
      console.warn(problem);
      input.focus();
    } finally {
      parts.start.removeAttribute("aria-busy");
    }
  }

  parts.start.addEventListener("click", start);
  parts.stop.addEventListener("click", () => {
    stop();
    parts.status.textContent = "";
  });
  window.addEventListener("pagehide", stop);
  box.hidden = false;
}

function openCamera() {
  // Browsers offer the camera on secure pages only.
  if (!navigator.mediaDevices) throw new DOMException("no media devices", "NotFoundError");
  return navigator.mediaDevices.getUserMedia({
    video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 } },
    audio: false,
  });
}

function reason(problem) {
  if (["NotAllowedError", "SecurityError"].includes(problem.name)) return "denied";
  if (["NotFoundError", "OverconstrainedError"].includes(problem.name)) return "missing";
  return "failed";
}

async function look(video, read, isRunning, found) {
  while (isRunning()) {
    const text = video.readyState >= video.HAVE_CURRENT_DATA ? await read(video) : null;
    if (text && isRunning()) return found(text);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function reader(jsqrUrl) {
  if ("BarcodeDetector" in window) {
    const formats = await BarcodeDetector.getSupportedFormats();
    if (formats.includes("qr_code")) {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
    }
  }
  await loadScript(jsqrUrl);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, LARGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = video.videoWidth * scale;
    canvas.height = video.videoHeight * scale;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    return window.jsQR(data, width, height)?.data || null;
  };
}

function loadScript(url) {
  if (window.jsQR) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error("jsQR did not load")));
    document.head.append(script);
  });
}
