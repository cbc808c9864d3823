// Edits that no server has yet, kept by the browser (IndexedDB) so that they outlive the tab. Each tab has a draft of
// its own: { tab, seen, base: { revision, document }, document }, the documents being stored as text. A tab that is
// alive says so every few seconds as long as it has a draft; the draft of one that is not is taken over by whoever
// looks next. Taking one over twice is harmless, for merging the same edits again changes nothing.
//
// In a browser that keeps nothing, as some do in private windows, drafts are neither kept nor found.

import { jsonRead, jsonWrite } from './exact_json.js';

const heartbeat = 5000; // milliseconds
const silence = 3 * heartbeat;

let opened = null;

function database() {
    opened ??= new Promise((resolve, reject) => {
        const request = indexedDB.open('schedule', 1);
        request.onupgradeneeded = () => request.result.createObjectStore('drafts', { keyPath: 'tab' });
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    return opened;
}

async function drafts(mode, use) {
    const transaction = (await database()).transaction('drafts', mode);
    const request = use(transaction.objectStore('drafts'));
    await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
    });
    return request.result;
}

// Every load of the page has a name of its own, and knows that of the load before it in this tab.
const tab = crypto.getRandomValues(new Uint32Array(2)).join('-');
const before = tabBefore();

function tabBefore() {
    try {
        const name = sessionStorage.tab;
        sessionStorage.tab = tab;
        return name;
    } catch {
        return undefined;
    }
}

let beating = null;

// -> whether the browser keeps it.
export async function draftKeep(base, document) {
    clearInterval(beating);
    const texts = { revision: base.revision, base: jsonWrite(base.document), document: jsonWrite(document) };
    const keep = () => drafts('readwrite', (store) => store.put({ tab, seen: Date.now(), ...texts }));
    beating = setInterval(() => keep().catch(() => {}), heartbeat);
    return keep().then(() => true, () => false);
}

export async function draftForget(name = tab) {
    if (name === tab && beating === null)
        return;
    if (name === tab) {
        clearInterval(beating);
        beating = null;
    }
    await drafts('readwrite', (store) => store.delete(name)).catch(() => {});
}

// The drafts of tabs that are gone, and of this one before it was loaded again; the oldest first.
export async function draftsLeft() {
    const all = await drafts('readonly', (store) => store.getAll()).catch(() => []);
    return all.filter((draft) => draft.tab === before || Date.now() - draft.seen > silence)
        .sort((left, right) => left.seen - right.seen)
        .map(({ tab: name, revision, base, document }) =>
            ({ tab: name, base: { revision, document: jsonRead(base) }, document: jsonRead(document) }));
}
