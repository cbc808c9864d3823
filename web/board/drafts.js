// Edits that no server has yet, kept by the browser (IndexedDB) so that they outlive the tab. A draft is
// { base: { revision, document }, document }, the documents being stored as text; it belongs to a tab. A tab that is
// alive says so from time to time as long as it has drafts. The drafts of one that is not are claimed by whoever looks
// first: one transaction gives them to him, so that nobody else takes them, too, and marks the tab, so that one which
// was only asleep learns that its edits are somebody else's now.
//
// In a browser that keeps nothing, as some do in private windows, drafts are neither kept nor found.

import { jsonRead, jsonWrite } from './exact_json.js';

const heartbeat = 5000; // milliseconds
// Browsers let tabs that nobody looks at do something once a minute.
const silence = 150000;
const openPatience = 3000;
const marksKept = 30 * 24 * 60 * 60 * 1000;

let tab = null;
const before = newTab();    // what this tab was called before the page was loaded again
let beating = null;     // as long as this tab has drafts
let opened = null;      // the promise of a connection,
let connection = null;  // and that, once it is there

function database() {
    opened ??= new Promise((resolve, reject) => {
        const request = indexedDB.open('schedule', 1);
        request.onupgradeneeded = () => {
            request.result.createObjectStore('drafts', { keyPath: 'name' });
            request.result.createObjectStore('tabs', { keyPath: 'tab' });
        };
        request.onsuccess = () => {
            connection = request.result;
            connection.onclose = () => { opened = connection = null; };
            resolve(connection);
        };
        request.onerror = () => reject(request.error);
        // Saving does not wait for a browser that does not say whether it keeps anything.
        setTimeout(() => reject(new Error('IndexedDB does not answer')), openPatience);
    });
    opened.catch(() => { opened = null; });
    return opened;
}

// `use(drafts, tabs)` asks the two stores for what it wants; -> the result of the request that it gives.
async function transact(mode, use) {
    const transaction = (await database()).transaction(['drafts', 'tabs'], mode);
    const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
    });
    const request = use(transaction.objectStore('drafts'), transaction.objectStore('tabs'));
    await done;
    return request?.result;
}

// The text of a base, which stays the same over many edits.
const baseTexts = new WeakMap();

function baseText(document) {
    if (!baseTexts.has(document))
        baseTexts.set(document, jsonWrite(document));
    return baseTexts.get(document);
}

// Gives this tab a new name. -> the one that it had, which a tab that was duplicated has from the other.
function newTab() {
    const old = tab ?? sessionValue('tab');
    tab = crypto.getRandomValues(new Uint32Array(2)).join('-');
    sessionValue('tab', tab);
    return old;
}

// Storage can be forbidden by the browser's settings.
function sessionValue(name, value) {
    try {
        if (value !== undefined)
            sessionStorage[name] = value;
        return sessionStorage[name];
    } catch {
        return undefined;
    }
}

// Keeps this tab's own draft, instead of the one before. -> 'kept'; 'claimed', if another tab has taken that; or 'not',
// if the browser keeps nothing.
export async function draftKeep(base, document) {
    const texts = { base: baseText(base.document), document: jsonWrite(document) };
    const draft = { name: tab, tab, revision: base.revision, ...texts };
    beating ??= setInterval(beat, heartbeat);
    return aliveSay((drafts) => drafts.put(draft)).then((isAlive) => isAlive ? 'kept' : 'claimed', () => 'not');
}

function beat() {
    aliveSay(() => {}).catch(() => {});
}

// Does something besides, unless another tab has taken what was this one's. -> whether that is not so.
async function aliveSay(besides) {
    let isAlive = true;
    await transact('readwrite', (drafts, tabs) => {
        tabs.get(tab).onsuccess = ({ target: { result: known } }) => {
            isAlive = known?.claimed === undefined;
            if (!isAlive)
                return;
            tabs.put({ tab, seen: Date.now() });
            besides(drafts);
        };
    });
    return isAlive;
}

// Whether another tab has taken this one's draft.
export async function draftIsClaimed() {
    const known = await transact('readonly', (drafts, tabs) => tabs.get(tab)).catch(() => undefined);
    return known?.claimed !== undefined;
}

// What is kept from now on is a new tab's.
export function draftRenew() {
    clearInterval(beating);
    beating = null;
    newTab();
}

// Forgets all drafts of this tab, its own and those that it claimed.
export async function draftsForget() {
    if (beating === null)
        return;
    clearInterval(beating);
    beating = null;
    await transact('readwrite', (drafts, tabs) => {
        tabs.delete(tab);
        drafts.openCursor().onsuccess = ({ target: { result: cursor } }) => {
            if (cursor?.value.tab === tab)
                cursor.delete();
            cursor?.continue();
        };
    }).catch(() => {});
}

// Makes the drafts of tabs that are gone, and of this one before it was loaded again, this tab's, and gives them; the
// oldest first.
export async function draftsClaim() {
    const claimed = [];
    const now = Date.now();
    await transact('readwrite', (drafts, tabs) => {
        tabs.getAll().onsuccess = ({ target: { result: all } }) => {
            marksRemove(tabs, all, now);
            const alive = all.filter(({ seen = 0 }) => Math.abs(now - seen) < silence).map((one) => one.tab);
            drafts.getAll().onsuccess = ({ target: { result: left } }) => {
                const isLeft = (name) => name === before || !alive.includes(name);
                for (const draft of left.filter((one) => one.tab !== tab && isLeft(one.tab))) {
                    claimed.push(draft);
                    drafts.put({ ...draft, tab });
                    tabs.put({ tab: draft.tab, claimed: now });
                    tabs.put({ tab, seen: now });
                }
            };
        };
    }).catch(() => claimed.splice(0));
    if (claimed.length > 0)
        beating ??= setInterval(beat, heartbeat);
    return claimed.sort((left, right) => left.revision - right.revision).map((draft) => ({
        base: { revision: draft.revision, document: jsonRead(draft.base) }, document: jsonRead(draft.document),
    }));
}

function marksRemove(tabs, all, now) {
    for (const { tab: name, claimed } of all) {
        if (claimed !== undefined && Math.abs(now - claimed) > marksKept)
            tabs.delete(name);
    }
}

// Lets the others know at once when this tab goes; if it cannot say so, they find out by its silence.
export function draftsWatch() {
    window.addEventListener('pagehide', ({ persisted }) => {
        // There is no time left to wait for anything.
        if (beating !== null && !persisted)
            connection?.transaction('tabs', 'readwrite').objectStore('tabs').delete(tab);
    });
}
