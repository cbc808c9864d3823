// The program behind /api, as functions. What it refuses, or cannot be asked, is thrown as a ServerFailure.

import { jsonRead, jsonWrite } from './exact_json.js';
import { language, texts } from './language.js';

const t = texts({
    unreachable: ['无法连接服务器', 'The server cannot be reached'],
    wentBack: ['服务器上的排期比本页的旧，或已被清空。请选择保留哪一个。',
        'The server has an older schedule than this page, or none. Choose which one to keep.'],
    odd: ['服务器的回答无法识别', 'The server gave an answer that makes no sense'],
    signIn: ['需要登录', 'You have to sign in'],
    elsewhere: ['服务器将请求转往别处，可能需要登录', 'The server sends elsewhere, perhaps to sign in'],
    unanswered: ['无人登录，或服务器没有应答', 'Nobody signed in, or the server does not answer'],
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

// How much longer, where the browser may be asking somebody for a name and a password: it holds the request back until
// he has answered, says nothing of it, and closes its dialog, while he types, when the request is ended.
const patienceToAsk = 150000;
const patienceToProbe = 10000;

export class ServerFailure extends Error {
    // `slug` is the program's word for it, 'UNREACHABLE', 'WENT_BACK', or 'SIGN_IN', 'NOT_ALLOWED' or 'REFUSED' by
    // another, or 'UNANSWERED', where nobody signed in, or the server hangs; `details` are for whoever runs the server;
    // `wait` is how many seconds the server wants to be left alone, or 0; `isAsked` says that the browser itself has
    // asked the person to sign in, or may have, and would do so again.
    constructor(slug, message, { details = '', wait = 0, older = null, isAsked = false } = {}) {
        super(message);
        Object.assign(this, { slug, details, wait, older, isAsked });
    }

    // Whether the person is kept out. Trying again changes nothing about that, as long as nobody else does.
    get isDenial() {
        return ['SIGN_IN', 'NOT_ALLOWED', 'UNANSWERED'].includes(this.slug);
    }
}

// -> { revision, document }, or null if `known` is still the current revision. Revisions only grow: an older one is of
// another document, or of none, and comes as the `older` of a failure. `onlate` is called if the answer takes longer
// than usual and is waited for all the same.
export async function documentLoad(known, onlate) {
    const headers = known === null ? {} : { 'If-None-Match': `"${known}"` };
    const response = await ask(address, { headers, onlate });
    if (response.status === 304)
        return null;
    const loaded = { revision: revisionOf(response), document: await jsonOf(response) };
    if (known !== null && loaded.revision < known)
        throw new ServerFailure('WENT_BACK', t('wentBack'), { older: loaded });
    return loaded;
}

// Saves a document that was made from revision `base`: -> { revision, merged, conflicts }. With `exactly`, only if
// that is still the current one (else PRECONDITION_FAILED); without, the server merges it with what is.
export async function documentSave(document, base, { exactly, onlate }) {
    const headers = exactly ? { 'If-Match': `"${base}"` } : {};
    const response = await post(`${address}?base=${base}`, jsonWrite(document), { headers, onlate });
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
function post(path, body = '', { headers, onlate } = {}) {
    largest = Math.max(largest, body.length);
    return ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body, onlate });
}

// The answer to a request, if it is a good one or "not modified". A redirection is not followed, for it may lead to a
// page to sign in at.
async function ask(path, { method = 'GET', onlate = () => {}, ...options } = {}) {
    const course = { isOver: false, isAsked: false, ending: new AbortController() };
    endWhenLate(course, path, method, onlate);
    let response;
    try {
        response = await request(path, { method, signal: course.ending.signal, ...options });
    } catch {
        throw course.isAsked && course.ending.signal.aborted
            ? new ServerFailure('UNANSWERED', t('unanswered'), { isAsked: true })
            : new ServerFailure('UNREACHABLE', t('unreachable'));
    } finally {
        course.isOver = true;
    }
    if (!response.ok && response.status !== 304)
        throw await refusal(response);
    return response;
}

function request(path, options) {
    return fetch(path, { cache: 'no-store', redirect: 'manual', ...options });
}

async function endWhenLate(course, path, method, onlate) {
    await elapsed(patience + Math.ceil(patiencePerCharacter * largest));
    course.isAsked = !course.isOver && await mayBeAsking(path, method);
    if (course.isAsked && !course.isOver) {
        onlate();
        await elapsed(patienceToAsk);
    }
    course.ending.abort();
}

function elapsed(milliseconds) {
    return new Promise((resolve) => AbortSignal.timeout(milliseconds).addEventListener('abort', resolve));
}

// Whether the browser may be asking somebody to sign in for such a request. One without credentials brings up no dialog
// and is refused where one could be; where nobody has to sign in it is answered otherwise, if the server is there at
// all. (A save without JSON is refused by the program.) Where somebody has signed in, and the server hangs behind what
// asked him, this is wrong: nothing tells that from a password that has changed.
async function mayBeAsking(path, method) {
    try {
        const signal = AbortSignal.timeout(patienceToProbe);
        const probed = method === 'GET' ? path : address;
        return asksToSignIn(await request(probed, { method, credentials: 'omit', signal }));
    } catch {
        return false;
    }
}

// Whether it is an answer for which browsers ask for a name and a password.
function asksToSignIn({ status, headers }) {
    return status === 401 && /\b(basic|digest)\b/i.test(headers.get('WWW-Authenticate') ?? '');
}

async function refusal(response) {
    // The program asks nobody who he is and sends nobody elsewhere, but what stands before it may.
    if (response.status === 401)
        return new ServerFailure('SIGN_IN', t('signIn'), { isAsked: asksToSignIn(response) });
    if (response.type === 'opaqueredirect')
        return new ServerFailure('SIGN_IN', t('elsewhere'));
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
