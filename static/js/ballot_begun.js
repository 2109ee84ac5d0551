// Says that a ballot was begun on this device: the server cannot know. After the end it is forgotten.
import { forget, read } from "./ballot_drafts.js";

export default function begun(notice) {
  if ("over" in notice.dataset) forget(notice.dataset.draft);
  notice.hidden = !read(notice.dataset.draft);
}
