// Says in good time that a long form will not be accepted any more, so that nothing typed is lost.
export default function timeout(notice) {
  const endsIn = Number(notice.dataset.seconds) * 1000;
  const warnBefore = Number(notice.dataset.warnBefore) * 1000;
  setTimeout(() => (notice.hidden = false), Math.max(0, endsIn - warnBefore));
}
