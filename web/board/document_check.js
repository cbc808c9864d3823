// Whether a file holds a document that can take the place of the present one. What the page or the server could not
// work with, or would show as something else than the file says, is an error; what is only odd, and what the page
// itself can come to hold, is a warning. Members that nobody knows are as good as any.

import { dayOf } from './dates.js';
import { isExactNumber, jsonRead, jsonWrite } from './exact_json.js';
import { depthMax, jsonFault } from './json_fault.js';
import { texts } from './language.js';
import { isObject } from './merge.js';
import { planOf, statuses, textOf } from './plan.js';
import { collectionName } from './terms.js';

const t = texts({
    at: [(where, what) => `${where}：${what}`, (where, what) => `${where}: ${what}`],
    named: [(where, name) => `${where}（${name}）`, (where, name) => `${where} (${name})`],
    empty: ['文件是空的', 'The file is empty'],
    utf16: ['文件的编码是 UTF-16；请在编辑器中另存为 UTF-8 后再导入',
        'The file is encoded in UTF-16; save it as UTF-8 in an editor, then import it'],
    notUtf8: ['文件的编码不是 UTF-8（可能是 Windows 的 ANSI / GB18030）；请在编辑器中另存为 UTF-8 后再导入',
        'The file is not encoded in UTF-8, but perhaps in GB18030 ("ANSI" in Windows); save it as UTF-8 in an ' +
            'editor, then import it'],
    large: [(size, most) => `文件有 ${size} MiB，超过了 ${most} MiB 的上限`,
        (size, most) => `The file has ${size} MiB; at most ${most} MiB can be saved`],
    noObject: [(kind) => `文件的内容是${kind}，不是排期文档`, (kind) => `The file contains ${kind}, which is no schedule`],
    unrelated: [(names) => `这不是排期文档：其中没有 ${names} 中的任何一项`, (names) => `This is no schedule: it has none of ${names}`],
    list: [(kind) => `是${kind}，应为列表`, (kind) => `is ${kind}, but should be a list`],
    object: [(kind) => `是${kind}，应为对象`, (kind) => `is ${kind}, but should be an object`],
    noId: ['缺少 id', 'has no id'],
    repeated: [(id, first) => `id ${id}与 ${first} 重复`, (id, first) => `has the id ${id}, as ${first} does`],
    noDay: [(name, value) => `${name} 为${value}，不是有效日期`, (name, value) => `${name} is ${value}, which is no day`],
    noStatus: [(value) => `status 为${value}，应为 ${statuses.join('、')} 之一`,
        (value) => `status is ${value}, but should be one of ${statuses.join(', ')}`],
    noProgress: [(value) => `progress 为${value}，应为 0 到 100 的数字`,
        (value) => `progress is ${value}, but should be a number from 0 to 100`],
    noProject: [(value) => `没有 id 为${value}的项目；将显示为无所属项目的任务`,
        (value) => `its project ${value} is not in the file; it is shown as a task of no project`],
    backwards: ['结束日期早于开始日期', 'ends before it begins'],
    noName: ['没有名称', 'has no name'],
    noTypes: [() => `文件中没有${collectionName('taskTypes')}；保留现有的`, 'The file has no task types; the present ones stay'],
    deep: [`嵌套超过 ${depthMax} 层`, `is nested more than ${depthMax} levels deep`],
    halfSign: ['有残缺的字符（单个代理项）', 'has half a character (a lone surrogate)'],
    number: ['数字过大', 'is too large a number'],
    quoted: [(text) => `“${text}”`, (text) => `'${text}'`],
});

const kindText = texts({
    null: ['空值', 'null'],
    list: ['列表', 'a list'],
    object: ['对象', 'an object'],
    string: ['文字', 'a text'],
    number: ['数字', 'a number'],
    boolean: ['真假值', 'true or false'],
});

// What the server takes, unless it was set up otherwise.
const sizeMax = 16;
const mebibyte = 2 ** 20;
const collections = ['projects', 'tasks', 'taskTypes', 'pmos', 'productManagers', 'historyRecords'];
const scheduled = ['projects', 'tasks'];

// Of a file's bytes -> { document, errors, warnings }: sentences; without a document if there are errors.
export function documentRead(bytes) {
    const refused = (error) => ({ document: null, errors: [error], warnings: [] });
    const { text, error } = textRead(bytes);
    if (error)
        return refused(error);
    let document;
    try {
        document = jsonRead(text);
    } catch {
        return refused(text.trim() === '' ? t('empty') : jsonFault(text));
    }
    const found = documentCheck(document);
    return { document: found.errors.length > 0 ? null : document, ...found };
}

// A file that nobody has to read to know that it is too large.
export function isHuge(size) {
    return size > 8 * sizeMax * mebibyte;
}

export function hugeText(size) {
    return t('large', Math.ceil(size / mebibyte), sizeMax);
}

function textRead(bytes) {
    if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
        return { error: t('utf16') };
    try {
        // Passes over a byte order mark.
        return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
    } catch {
        return { error: t('notUtf8') };
    }
}

export function documentCheck(document) {
    if (!isObject(document))
        return { errors: [t('noObject', kindOf(document))], warnings: [] };
    const errors = [];
    const warnings = [];
    if (!collections.some((name) => Object.hasOwn(document, name)))
        errors.push(t('unrelated', collections.join(', ')));
    valueCheck(document, '', 1, errors);
    for (const name of collections) {
        if (Object.hasOwn(document, name))
            collectionCheck(document, name, { errors, warnings });
    }
    // Nothing that is nested so deep could be written.
    if (errors.length === 0)
        sizeCheck(document, errors);
    if (!Array.isArray(document.taskTypes) || document.taskTypes.length === 0)
        warnings.push(t('noTypes'));
    return { errors, warnings };
}

function sizeCheck(document, errors) {
    const size = new TextEncoder().encode(jsonWrite(document)).length;
    if (size > sizeMax * mebibyte)
        errors.push(hugeText(size));
}

// What is JSON, but cannot be saved.
function valueCheck(value, where, depth, errors) {
    if (typeof value === 'string' && /\p{Surrogate}/u.test(value))
        errors.push(t('at', where, t('halfSign')));
    else if (typeof value === 'number' && !Number.isFinite(value))
        errors.push(t('at', where, t('number')));
    else if (value !== null && typeof value === 'object' && !isExactNumber(value))
        containerCheck(value, where, depth, errors);
}

function containerCheck(value, where, depth, errors) {
    if (depth > depthMax) {
        errors.push(t('at', excerpt(where), t('deep')));
        return;
    }
    for (const [name, member] of Object.entries(value)) {
        const itsPlace = Array.isArray(value) ? `${where}[${name}]` : where === '' ? name : `${where}.${name}`;
        if (/\p{Surrogate}/u.test(name))
            errors.push(t('at', itsPlace, t('halfSign')));
        valueCheck(member, itsPlace, depth + 1, errors);
    }
}

function collectionCheck(document, name, found) {
    const list = document[name];
    if (!Array.isArray(list)) {
        found.errors.push(t('at', name, t('list', kindOf(list))));
        return;
    }
    const places = new Map();
    const projects = new Set(planOf(document).projects.map((project) => textOf(project.item.id)));
    for (const [index, item] of list.entries()) {
        const place = `${name}[${index}]`;
        if (!isObject(item)) {
            found.errors.push(t('at', place, t('object', kindOf(item))));
            continue;
        }
        const label = textOf(item.name).trim() === '' ? place : t('named', place, excerpt(item.name));
        const error = (what) => found.errors.push(t('at', label, what));
        const warning = (what) => found.warnings.push(t('at', label, what));
        // Records are only shown: they need no id that tells them apart.
        idCheck(item, place, places, name === 'historyRecords' ? warning : error);
        if (scheduled.includes(name))
            scheduleCheck(item, error, warning);
        if (name === 'tasks')
            taskCheck(item, projects, error, warning);
    }
}

function idCheck(item, place, places, report) {
    const id = textOf(item.id);
    if (id === '')
        report(t('noId'));
    else if (places.has(id))
        report(t('repeated', quoted(item.id), places.get(id)));
    else
        places.set(id, place);
}

function scheduleCheck(item, error, warning) {
    if (textOf(item.name).trim() === '')
        warning(t('noName'));
    for (const name of ['startDate', 'endDate'])
        dayCheck(item[name], name, error);
    stateCheck(item, error);
    const [start, end] = [dayOf(item.startDate), dayOf(item.endDate)];
    if (start !== null && end !== null && end < start)
        warning(t('backwards'));
}

function taskCheck(task, projects, error, warning) {
    if (!projects.has(textOf(task.projectId)))
        warning(t('noProject', quoted(task.projectId ?? null)));
    if (!isGiven(task.dailyRecords))
        return;
    if (!Array.isArray(task.dailyRecords)) {
        error(`dailyRecords ${t('list', kindOf(task.dailyRecords))}`);
        return;
    }
    for (const [index, record] of task.dailyRecords.entries()) {
        const report = (what) => error(t('at', `dailyRecords[${index}]`, what));
        if (!isObject(record)) {
            report(t('object', kindOf(record)));
            continue;
        }
        dayCheck(record.date, 'date', report);
        stateCheck(record, report);
    }
}

function dayCheck(value, name, error) {
    if (isGiven(value) && dayOf(value) === null)
        error(t('noDay', name, quoted(value)));
}

function stateCheck({ status, progress }, error) {
    if (isGiven(status) && !statuses.includes(status))
        error(t('noStatus', quoted(status)));
    const number = textOf(progress).trim() === '' ? NaN : Number(textOf(progress));
    if (isGiven(progress) && !(number >= 0 && number <= 100))
        error(t('noProgress', quoted(progress)));
}

function isGiven(value) {
    return value !== undefined && value !== null && value !== '';
}

function kindOf(value) {
    if (value === null || isExactNumber(value))
        return kindText(value === null ? 'null' : 'number');
    return kindText(Array.isArray(value) ? 'list' : typeof value);
}

function quoted(value) {
    if (typeof value === 'string')
        return t('quoted', excerpt(value));
    return isObject(value) || Array.isArray(value) ? kindOf(value) : textOf(value) || String(value);
}

function excerpt(value) {
    const signs = [...textOf(value).trim().slice(0, 100)];
    return signs.length > 40 ? `${signs.slice(0, 40).join('')}…` : signs.join('');
}
