// Files and links out of a chooser, a drop or a paste; folders walked.

/** Returns the files of a DataTransfer; call it inside the event, await it after. */
export function filesOf(transfer, isTaken) {
  const entries = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return Promise.resolve(files);
  return Promise.all(entries.filter(Boolean).map((entry) => walk(entry, isTaken))).then((found) => found.flat());
}

export function hasFiles(transfer) {
  return transfer?.types.includes("Files") ?? false;
}

/** Returns the pictures of a folder that was chosen, in the order in which a person lists them. */
export function picturesIn(files, isTaken) {
  const paths = [...files].map((file) => [file.webkitRelativePath || file.name, file]);
  return paths
    .filter(([path, file]) => isTaken(file) && !path.split("/").some(isHidden))
    .sort(([a], [b]) => inOrder(a, b))
    .map(([, file]) => file);
}

/** Returns a test of files by an input's list of types and endings: browsers know no type for some. */
export function taker(accept) {
  const taken = accept.split(",");
  return ({ type, name }) => taken.includes(type) || taken.includes(`.${name.split(".").at(-1).toLowerCase()}`);
}

/** Returns the one link that a text is, or nothing. */
export function linkIn(text) {
  const link = text.trim();
  return /^https?:\/\/\S+$/i.test(link) && URL.canParse(link) ? link : "";
}

/** Returns what to call the picture at a link until the server knows. */
export function linkName(link) {
  if (!URL.canParse(link)) return link;
  const { hostname, pathname } = new URL(link);
  return pathname.split("/").findLast(Boolean) ?? hostname;
}

function isHidden(name) {
  return name.startsWith(".") || name === "__MACOSX";
}

function inOrder(a, b) {
  return a.localeCompare(b, "en", { numeric: true });
}

// In a folder only pictures are meant; a file that was dropped by itself is left for the server to judge.
async function walk(entry, isTaken, depth = 0) {
  if (depth && isHidden(entry.name)) return [];
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return depth && !isTaken(file) ? [] : [file];
  }
  const reader = entry.createReader();
  const found = [];
  // A reader gives at most a hundred entries at a time, and an empty list at the end.
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) break;
    found.push(...batch);
  }
  found.sort((a, b) => inOrder(a.name, b.name));
  return (await Promise.all(found.map((each) => walk(each, isTaken, depth + 1)))).flat();
}
