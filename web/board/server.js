// The program behind /api, as functions. What it refuses, or cannot be asked, is thrown as a ServerFailure.

import { jsonRead, jsonWrite } from './exact_json.js';
import { language, texts } from './language.js';

const t = texts({
    unreachable: ['无法连接服务器', 'The server cannot be reached'],
    wentBack: ['服务器上的排期比本页的旧，或已被清空。请选择保留哪一个。',
        'The server has an older schedule than this page, or none. Choose which one to keep.'],
    odd: ['服务器的回答无法识别', 'The server gave an answer that makes no sense'],
    signIn: ['需要登录', 'You have to sign in'],
    notAllowed: ['没有权限，请联系服务器管理员', 'You have no permission for this; whoever runs the server can give it'],
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

// Until a request of a method has gone through, the browser may be asking the person for a name and a password, and an
// end to the request would close that dialog while he types.
const patienceToAsk = 180000;
const methodsUntried = new Set(['POST']);

export class ServerFailure extends Error {
    // `slug` is the program's word for it, 'UNREACHABLE', 'WENT_BACK', or 'SIGN_IN', 'NOT_ALLOWED' or 'REFUSED' by
    // another; `details` are for whoever runs the server; `wait` is how many seconds the server wants to be left alone,
    // or 0; `isAsked` says that the browser itself has asked the person to sign in, and would do so again.
    constructor(slug, message, { details = '', wait = 0, older = null, isAsked = false } = {}) {
        super(message);
        Object.assign(this, { slug, details, wait, older, isAsked });
    }

    // Whether the person is kept out. Trying again changes nothing about that, as long as nobody else does.
    get isDenial() {
        return this.slug === 'SIGN_IN' || this.slug === 'NOT_ALLOWED';
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

// -> { revision, savedBy, backups: [{ revision, bytes, kind, savedBy }] }, newest first; without `savedBy` where it is
// not known who that was.
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

// The answer to a request, if it is a good one or "not modified". A redirection is not followed: the program sends
// nobody elsewhere, but what asks people to sign in does.
async function ask(path, { method = 'GET', ...options } = {}) {
    let response;
    try {
        const least = methodsUntried.has(method) ? patienceToAsk : patience;
        const signal = AbortSignal.timeout(least + Math.ceil(patiencePerCharacter * largest));
        response = await fetch(path, { method, cache: 'no-store', redirect: 'manual', signal, ...options });
    } catch {
        throw new ServerFailure('UNREACHABLE', t('unreachable'));
    }
    if (response.status === 401)
        methodsUntried.add(method);
    if (!response.ok && response.status !== 304)
        throw await refusal(response);
    methodsUntried.delete(method);
    return response;
}

async function refusal(response) {
    // The program asks nobody who he is, but what stands before it may.
    if (response.status === 401 || response.type === 'opaqueredirect') {
        const isAsked = /\b(basic|digest)\b/i.test(response.headers.get('WWW-Authenticate') ?? '');
        return new ServerFailure('SIGN_IN', t('signIn'), { isAsked });
    }
    if (response.status === 403)
        return new ServerFailure('NOT_ALLOWED', t('notAllowed'));
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
    const [, digits] = /^(?:W\/)?"(\d{1,16})(?:[^"\w][^"]*)?"$/.exec(response.headers.get('ETag') ?? '') ?? [];
    if (digits === undefined)
        throw new ServerFailure('UNREACHABLE', t('odd'));
    return Number(digits);
}
