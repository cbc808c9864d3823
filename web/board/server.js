// The program behind /api, as functions. What it refuses, or cannot be asked, is thrown as a ServerFailure.

import { jsonRead, jsonWrite } from './exact_json.js';
import { language, texts } from './language.js';

const t = texts({
    unreachable: ['无法连接服务器', 'The server cannot be reached'],
    wentBack: ['服务器上的排期比本页的旧，或已被清空。请选择保留哪一个。',
        'The server has an older schedule than this page, or none. Choose which one to keep.'],
    odd: ['服务器的回答无法识别', 'The server gave an answer that makes no sense'],
    BAD_REQUEST: ['', 'The request is wrong; nothing was changed'],
    CONFLICT: ['', 'This is in conflict with what is stored; nothing was changed'],
    CORRUPT_DATA: ['', 'The stored document is damaged; restore a backup in History, or ask whoever runs the server'],
    INSUFFICIENT_STORAGE: ['', "The server's disk is full; the stored document is intact"],
    LOCK_TIMEOUT: ['', 'Others are saving; this is tried again'],
    NOT_FOUND: ['', 'This is not there any more'],
    OUTCOME_UNKNOWN: ['', 'Whether this was saved is not certain yet; this is tried again'],
    PAYLOAD_TOO_LARGE: ['', 'The document is larger than the server accepts'],
    STORAGE_UNAVAILABLE: ['', 'The server cannot reach its storage'],
    other: ['', 'The server refused this'],
});

const address = '/api/data';

// How long an answer may take, in milliseconds, and longer for each character of the largest document so far: what
// takes long because it is large does not become faster by being given up and begun anew.
const patience = 30000;
const patiencePerCharacter = 0.05;
const waitLongest = 300; // seconds
let largest = 0;

export class ServerFailure extends Error {
    // `slug` is the program's word for it, 'UNREACHABLE', 'REFUSED' by another, or 'WENT_BACK'; `details` are for
    // whoever runs the server; `wait` is how many seconds the server wants to be left alone, or 0.
    constructor(slug, message, { details = '', wait = 0, older = null } = {}) {
        super(message);
        Object.assign(this, { slug, details, wait, older });
    }
}

// -> { revision, document }, or null if `known` is still the current revision. Revisions only grow: an older one is of
// another document, or of none, and comes as the `older` of a failure.
export async function documentLoad(known) {
    const headers = known === null ? {} : { 'If-None-Match': `"${known}"` };
    const response = await ask(address, { headers });
    if (response.status === 304)
        return null;
    const loaded = { revision: revisionOf(response), document: await jsonOf(response) };
    if (known !== null && loaded.revision < known)
        throw new ServerFailure('WENT_BACK', t('wentBack'), { older: loaded });
    return loaded;
}

// Saves a document that was made from revision `base`: -> { revision, merged, conflicts }. With `exactly`, only if
// that is still the current one (else PRECONDITION_FAILED); without, the server merges it with what is.
export async function documentSave(document, base, { exactly }) {
    const condition = exactly ? { 'If-Match': `"${base}"` } : {};
    const response = await post(`${address}?base=${base}`, jsonWrite(document), condition);
    const { merged = false, conflicts = [] } = await jsonOf(response);
    return { revision: revisionOf(response), merged, conflicts };
}

// -> { revision, backups: [{ revision, bytes, kind }] }, newest first.
export async function backupsList() {
    return jsonOf(await ask('/api/backups'));
}

export async function backupLoad(revision) {
    return jsonOf(await ask(`/api/backups/${revision}`));
}

export async function backupRestore(revision) {
    return jsonOf(await post(`/api/backups/${revision}/restore`));
}

// Pins a copy of the current document.
export async function backupMake() {
    return jsonOf(await post('/api/backups'));
}

// The program takes from pages only what says that it is JSON: forms of foreign pages cannot.
function post(path, body = '', headers = {}) {
    largest = Math.max(largest, body.length);
    return ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body });
}

// The answer to a request, if it is a good one or "not modified".
async function ask(path, options = {}) {
    let response;
    try {
        const signal = AbortSignal.timeout(patience + Math.ceil(patiencePerCharacter * largest));
        response = await fetch(path, { cache: 'no-store', signal, ...options });
    } catch {
        throw new ServerFailure('UNREACHABLE', t('unreachable'));
    }
    if (response.ok || response.status === 304)
        return response;
    throw await refusal(response);
}

async function refusal(response) {
    const answer = await response.json().catch(() => null);
    // Not the program's own words: the web server's, or those of something between.
    if (typeof answer?.error !== 'string') {
        const slug = response.status >= 500 ? 'UNREACHABLE' : 'REFUSED';
        return new ServerFailure(slug, `${t('odd')} (HTTP ${response.status})`);
    }
    const wait = Math.min(waitLongest, Number(response.headers.get('Retry-After')) || 0);
    return new ServerFailure(answer.error, messageOf(answer), { details: String(answer.details ?? ''), wait });
}

// The program speaks to people in Chinese.
function messageOf({ error, message }) {
    if (language() === 'zh')
        return String(message);
    return t.has(error) ? t(error) : `${t('other')} (${error})`;
}

async function jsonOf(response) {
    try {
        const text = await response.text();
        largest = Math.max(largest, text.length);
        return jsonRead(text);
    } catch {
        throw new ServerFailure('UNREACHABLE', t('odd'));
    }
}

// The revision is the tag, which servers that compress may mark.
function revisionOf(response) {
    const [, digits] = /^(?:W\/)?"(\d{1,16})[^"]*"$/.exec(response.headers.get('ETag') ?? '') ?? [];
    if (digits === undefined)
        throw new ServerFailure('UNREACHABLE', t('odd'));
    return Number(digits);
}
