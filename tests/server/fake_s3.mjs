// An S3 server for answers that no real server here gives: conditions as Amazon's compares them,
// answers that get lost, servers that do not care for conditions. It keeps objects in memory and
// looks at no signature. Every bucket exists.
//
// usage: node fake_s3.mjs PORTFILE ['BEHAVIOUR']
//
// By itself it writes its port to PORTFILE, takes BEHAVIOUR as JSON, and ends with the process
// OWNER_PID, if its environment names one. It then also answers GET /-/requests and GET /-/objects
// with what startFakeS3 returns of that name, as JSON, and PUT /-/behaviour changes members of the
// behaviour.
//
// A behaviour may have these members. They may be changed at any time, and some count down.
//   pageSize: 2             a list has no more keys than this in one answer
//   ignoresConditions       writes are done whatever If-Match and If-None-Match say
//   ignoresIfMatch          the same of If-Match alone
//   conflict: 2             so many conditional PUTs are answered with 409 and not done
//   goneAnswer: 404         to If-Match where there is no object; otherwise 412
//   failPuts: [{ status: 500, applied: true, drop: false }, ...]
//                           the answers to the next PUTs of the document; `applied`: it is done all
//                           the same, if its conditions hold; `drop`: the connection is closed
//                           instead
//   document: 'data.json'   what the document's key ends with; without, any PUT is meant
//   hang                    no request is answered
//   delayMs: 100            answers are as late as this; the requests are done at once
//   onRequest(request)      is called, and awaited, before a request is done; if it returns an
//                           answer ({ status, headers, body, drop }), the request is not done

import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const listParameters = ['list-type', 'prefix', 'continuation-token', 'max-keys'];
const mostKeys = 1000;
const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

function md5(bytes, encoding) {
    return createHash('md5').update(bytes).digest(encoding);
}

function escaped(text) {
    const names = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', '\r': '#13' };
    return text.replace(/[&<>"\r]/g, (character) => `&${names[character]};`);
}

function unescaped(text) {
    const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
    return text.replace(/&(?:#(x?[0-9a-f]+)|([a-z]+));/gi, (_, number, name) => (
        name ? named[name] : String.fromCodePoint(Number(number.replace(/^x/i, '0x')))));
}

function xml(text) {
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n${text}`;
    return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}

function failure(status, code) {
    const text = `<Error><Code>${code}</Code><Message>The fake says ${code}.</Message></Error>`;
    return { ...xml(text), status };
}

const preconditionFailed = failure(412, 'PreconditionFailed');

function failureOf(status) {
    return failure(status, {
        403: 'AccessDenied', 404: 'NoSuchKey', 409: 'ConditionalRequestConflict',
        412: 'PreconditionFailed', 503: 'SlowDown',
    }[status] ?? 'InternalError');
}

function isSpoilt({ headers, body }) {
    return 'content-md5' in headers && headers['content-md5'] !== md5(body, 'base64');
}

class FakeS3 {
    constructor(behaviour) {
        this.behaviour = behaviour;
        this.objects = new Map(); // "bucket/key"
        this.requests = [];
    }

    // Store an object, as a test does that plays somebody else.
    store(name, body, meta = {}, type = 'binary/octet-stream') {
        const bytes = Buffer.from(body);
        const etag = `"${md5(bytes, 'hex')}"`;
        const object = { body: bytes, etag, meta, type, modified: new Date() };
        this.objects.set(name, object);
        return object;
    }

    async answer(request) {
        const answer = await this.behaviour.onRequest?.(request);
        if (answer)
            return answer;
        const operation = `${request.method} ${request.key === '' ? 'bucket' : 'object'}`;
        switch (operation) {
        case 'PUT bucket':
        case 'HEAD bucket':
            return { status: 200 };
        case 'GET bucket':
            return this.list(request);
        case 'POST bucket':
            return this.removeMany(request);
        case 'GET object':
        case 'HEAD object':
            return this.get(request);
        case 'PUT object':
            return this.put(request);
        case 'DELETE object':
            return this.remove(request);
        default:
            return failure(501, 'NotImplemented');
        }
    }

    get({ name, headers }) {
        const object = this.objects.get(name);
        if (!object)
            return failure(404, 'NoSuchKey');
        const known = { ETag: object.etag, 'Last-Modified': object.modified.toUTCString() };
        if ((headers['if-match'] ?? object.etag) !== object.etag)
            return preconditionFailed;
        if (headers['if-none-match'] === object.etag)
            return { status: 304, headers: known };
        const headersOfAll = { ...known, 'Content-Type': object.type, ...object.meta };
        return { status: 200, headers: headersOfAll, body: object.body };
    }

    // What a write is answered if its conditions do not hold.
    refusal({ name, headers }) {
        if (this.behaviour.ignoresConditions)
            return undefined;
        const object = this.objects.get(name);
        const { 'if-match': asked, 'if-none-match': noneMatch } = headers;
        const match = this.behaviour.ignoresIfMatch ? undefined : asked;
        if (match !== undefined && !object)
            return failureOf(this.behaviour.goneAnswer ?? 412);
        if (match !== undefined && match !== '*' && match !== object.etag)
            return preconditionFailed;
        if (noneMatch !== undefined && noneMatch !== '*')
            return failure(501, 'NotImplemented');
        return noneMatch !== undefined && object ? preconditionFailed : undefined;
    }

    put(request) {
        const { behaviour } = this;
        const { headers, key } = request;
        const meant = !behaviour.document || key.endsWith(behaviour.document);
        const failing = meant && behaviour.failPuts?.shift();
        if (failing) {
            if (failing.applied)
                this.putDone(request);
            return { ...failureOf(failing.status ?? 500), drop: failing.drop };
        }
        if (('if-match' in headers || 'if-none-match' in headers) && behaviour.conflict > 0) {
            behaviour.conflict -= 1;
            return failure(409, 'ConditionalRequestConflict');
        }
        return this.putDone(request);
    }

    putDone(request) {
        const { name, headers, body } = request;
        if (headers['content-length'] === undefined)
            return failure(411, 'MissingContentLength');
        if (isSpoilt(request))
            return failure(400, 'BadDigest');
        const refusal = this.refusal(request);
        if (refusal)
            return refusal;
        const meta = Object.fromEntries(Object.entries(headers)
            .filter(([header]) => header.startsWith('x-amz-meta-')));
        const { etag } = this.store(name, body, meta, headers['content-type']);
        return { status: 200, headers: { ETag: etag } };
    }

    remove(request) {
        // Without an object there is nothing that could be another one.
        const refusal = this.objects.has(request.name) && this.refusal(request);
        if (refusal)
            return refusal;
        this.objects.delete(request.name);
        return { status: 204 };
    }

    removeMany(request) {
        const { bucket, query, headers, body } = request;
        if (!query.has('delete'))
            return failure(501, 'NotImplemented');
        if (!Object.keys(headers).some((name) => /^(content-md5$|x-amz-checksum-)/.test(name)))
            return failure(400, 'InvalidRequest');
        if (isSpoilt(request))
            return failure(400, 'BadDigest');
        const text = body.toString('utf8');
        const keys = [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => unescaped(key));
        if (!/<Delete[ >]/.test(text) || keys.length === 0 || keys.length > mostKeys)
            return failure(400, 'MalformedXML');
        for (const key of keys)
            this.objects.delete(`${bucket}/${key}`);
        const told = /<Quiet>\s*true\s*<\/Quiet>/.test(text) ? [] : keys;
        const deleted = told.map((key) => `<Deleted><Key>${escaped(key)}</Key></Deleted>`);
        return xml(`<DeleteResult ${namespace}>${deleted.join('')}</DeleteResult>`);
    }

    list({ bucket, query }) {
        // Who asks for more than is done here is to notice.
        const unknown = [...query.keys()].filter((name) => !listParameters.includes(name));
        if (query.get('list-type') !== '2' || unknown.length > 0)
            return failure(501, 'NotImplemented');
        const prefix = query.get('prefix') ?? '';
        const asked = query.get('max-keys') ?? String(mostKeys);
        if (!/^\d+$/.test(asked))
            return failure(400, 'InvalidArgument');
        const token = query.get('continuation-token');
        const after = Buffer.from(token ?? '', 'base64');
        const start = `${bucket}/`;
        const keys = [...this.objects.keys()].filter((name) => name.startsWith(start + prefix))
            .map((name) => Buffer.from(name.slice(start.length)))
            .filter((key) => Buffer.compare(key, after) > 0).sort(Buffer.compare);
        const most = Math.min(Number(asked), this.behaviour.pageSize ?? mostKeys, mostKeys);
        const page = keys.slice(0, most);
        const goesOn = page.length > 0 && page.length < keys.length;
        const contents = page.map((key) => {
            const { etag, modified, body } = this.objects.get(start + key);
            return `<Contents><Key>${escaped(String(key))}</Key>`
                + `<LastModified>${modified.toISOString()}</LastModified>`
                + `<ETag>${escaped(etag)}</ETag><Size>${body.length}</Size>`
                + '<StorageClass>STANDARD</StorageClass></Contents>';
        });
        const next = goesOn ? page.at(-1).toString('base64') : '';
        return xml(`<ListBucketResult ${namespace}><Name>${escaped(bucket)}</Name>`
            + `<Prefix>${escaped(prefix)}</Prefix><MaxKeys>${asked}</MaxKeys>`
            + `<KeyCount>${page.length}</KeyCount><IsTruncated>${goesOn}</IsTruncated>`
            + (token === null ? '' : `<ContinuationToken>${escaped(token)}</ContinuationToken>`)
            + (goesOn ? `<NextContinuationToken>${next}</NextContinuationToken>` : '')
            + `${contents.join('')}</ListBucketResult>`);
    }

    // For tests that are no JavaScript.
    control({ method, url, body }) {
        const headers = { 'Content-Type': 'application/json' };
        const json = (value) => ({ status: 200, headers, body: JSON.stringify(value) });
        const readable = (one) => ({ ...one, body: one.body.toString('utf8') });
        switch (`${method} ${url}`) {
        case 'GET /-/requests':
            return json(this.requests.map(readable));
        case 'GET /-/objects':
            return json(Object.fromEntries(
                [...this.objects].map(([name, object]) => [name, readable(object)])));
        case 'PUT /-/behaviour':
            Object.assign(this.behaviour, JSON.parse(body.toString('utf8')));
            return { status: 200 };
        default:
            return failure(404, 'NoSuchKey');
        }
    }
}

async function requestOf(incoming) {
    const pieces = [];
    for await (const piece of incoming)
        pieces.push(piece);
    const [address, query] = incoming.url.split(/\?(.*)/s);
    const name = decodeURIComponent(address.slice(1));
    const [bucket, key = ''] = name.split(/\/(.*)/s);
    return {
        method: incoming.method, url: incoming.url, name, bucket, key,
        query: new URLSearchParams(query ?? ''),
        headers: incoming.headers,
        body: Buffer.concat(pieces),
    };
}

async function serve(fake, incoming, response) {
    const request = await requestOf(incoming);
    let answer;
    if (request.bucket === '-') { // no bucket has so short a name
        answer = fake.control(request);
    } else {
        fake.requests.push(request);
        if (fake.behaviour.hang)
            return;
        answer = await fake.answer(request);
        if (fake.behaviour.delayMs)
            await sleep(fake.behaviour.delayMs, undefined, { ref: false });
        request.status = answer.drop ? undefined : answer.status;
    }
    if (answer.drop) {
        incoming.socket.destroy();
        return;
    }
    const bytes = Buffer.from(answer.body ?? '');
    const bodiless = answer.status === 204 || answer.status === 304;
    response.writeHead(answer.status, {
        'x-amz-request-id': randomUUID(),
        ...(bodiless ? {} : { 'Content-Length': bytes.length }),
        ...answer.headers,
    });
    response.end(bodiless ? undefined : bytes);
}

// Stops with the test `t`, if not before. `objects` is a Map by "bucket/key" of { body, etag, meta,
// type }; `store(name, body, meta)` adds one; `requests` tells method, url, name, bucket, key,
// query, headers, body, and the status of the answer, if there was one.
export async function startFakeS3(t, behaviour = {}) {
    const fake = new FakeS3(behaviour);
    const server = http.createServer((incoming, response) => {
        serve(fake, incoming, response).catch((error) => {
            console.error(error);
            response.destroy();
        });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    fake.port = server.address().port;
    fake.endpoint = `http://127.0.0.1:${fake.port}`;
    fake.stop = async () => {
        if (!server.listening)
            return;
        server.close();
        server.closeAllConnections();
        await once(server, 'close');
    };
    t.after(fake.stop);
    return fake;
}

function exists(pid) {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return error.code === 'EPERM';
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [, , portFile, behaviour = '{}'] = process.argv;
    const { port } = await startFakeS3({ after() {} }, JSON.parse(behaviour));
    // Whoever waits for the file is not to see half of it.
    fs.writeFileSync(`${portFile}.new`, `${port}\n`);
    fs.renameSync(`${portFile}.new`, portFile);
    const owner = Number(process.env.OWNER_PID ?? 0);
    if (owner > 0)
        setInterval(() => exists(owner) || process.exit(), 500);
}
