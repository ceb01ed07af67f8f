// Files out of a drop or a paste, folders walked.

/** Returns the files of a DataTransfer; call it inside the event, await it after. */
export function filesOf(transfer) {
  const entries = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return Promise.resolve(files);
  return Promise.all(entries.filter(Boolean).map(walk)).then((found) => found.flat().filter(isPicture));
}

export function hasFiles(transfer) {
  return transfer?.types.includes("Files") ?? false;
}

// In a folder only pictures are meant; a file that was chosen by itself is left for the server to judge.
function isPicture(file) {
  return file.type.startsWith("image/") && !file.name.startsWith(".");
}

async function walk(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  // A reader gives at most a hundred entries at a time, and an empty list at the end.
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) break;
    found.push(...batch);
  }
  found.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  return (await Promise.all(found.map(walk))).flat();
}
