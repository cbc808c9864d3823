// How the page reads answers: tags as servers between send them on, and what is not the program's own.

import assert from 'node:assert/strict';
import test from 'node:test';

import { backupsList, documentLoad, documentSave } from '../../web/board/server.js';

// Lets the network give `answer`, and notes with which options it was asked.
function answerWith(t, answer) {
    const asked = [];
    t.mock.method(globalThis, 'fetch', async (address, options) => {
        asked.push(options);
        return answer();
    });
    return asked;
}

const good = (tag, body = '{"tasks":[]}') => () => new Response(body, { headers: { ETag: tag } });

// As the program sends them, and servers that compress: nginx weakens them, lighttpd and Apache mark them.
for (const tag of ['"123"', 'W/"123"', '"123-gzip"', 'W/"123-gzip"', '"123;gzip"']) {
    test(`the revision of ${tag} is 123, and asked for without marks`, async (t) => {
        const asked = answerWith(t, good(tag, '{"ok":true}'));
        const loaded = await documentLoad(null);
        assert.equal(loaded.revision, 123);
        assert.equal((await documentSave({}, loaded.revision, { exactly: true })).revision, 123);
        await documentLoad(loaded.revision);
        assert.equal(asked[1].headers['If-Match'], '"123"');
        assert.equal(asked[2].headers['If-None-Match'], '"123"');
    });
}

const page = '<!doctype html><title>Sign in</title>';

// A page to sign in at, and answers of others in JSON, are no empty plan.
for (const [name, answer] of Object.entries({
    'a page': () => new Response(page, { headers: { 'Content-Type': 'text/html' } }),
    'a page with a number for a tag': good('"123"', page),
    'JSON without a tag': () => Response.json({ login: '/sign-in' }),
    'a tag that is no number': good('"5f3c"', '{}'),
    'a tag without quotes': good('123', '{}'),
    'nothing': () => new Response(''),
    'no body': () => new Response(null, { status: 204 }),
})) {
    test(`${name} is no document`, async (t) => {
        answerWith(t, answer);
        const odd = { slug: 'UNREACHABLE', message: '服务器的回答无法识别' };
        await assert.rejects(documentLoad(null), odd);
        await assert.rejects(documentSave({}, 0, { exactly: false }), odd);
    });
}

// fetch gives this for a redirection that it was told not to follow.
const redirection = () => Object.defineProperties(Response.error(), { type: { value: 'opaqueredirect' } });
const refusal = (status, headers, body = 'no') => () => new Response(body, { status, headers });
const basic = { 'WWW-Authenticate': 'Basic realm="schedule", charset="UTF-8"' };

for (const [name, answer, expected] of [
    ['401 that browsers ask for', refusal(401, basic), { slug: 'SIGN_IN', isAsked: true }],
    ['401 that they do not', refusal(401, { 'WWW-Authenticate': 'Bearer' }), { slug: 'SIGN_IN', isAsked: false }],
    ['401 with a word like ours', refusal(401, {}, '{"error":"unauthorized"}'), { slug: 'SIGN_IN', isAsked: false }],
    ['403', refusal(403), { slug: 'NOT_ALLOWED', isAsked: false }],
    ['a redirection', redirection, { slug: 'SIGN_IN', isAsked: false, message: '服务器将请求转往别处，可能需要登录' }],
    ['another refusal', refusal(418), { slug: 'REFUSED', isDenial: false }],
    ['a proxy without its server', refusal(502), { slug: 'UNREACHABLE', isDenial: false }],
    ['the program', refusal(409, {}, '{"ok":false,"error":"CONFLICT","message":""}'),
        { slug: 'CONFLICT', isDenial: false }],
]) {
    test(`who refused is told apart: ${name}`, async (t) => {
        const asked = answerWith(t, answer);
        const isDenial = ['SIGN_IN', 'NOT_ALLOWED'].includes(expected.slug);
        for (const act of [() => documentLoad(null), () => documentSave({}, 0, { exactly: true }), backupsList])
            await assert.rejects(act(), { isDenial, ...expected });
        assert.ok(asked.every(({ redirect }) => redirect === 'manual'));
    });
}
