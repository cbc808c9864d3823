// What differs between two documents (differences.js), in words.
//
// A line is a list of words { text, kind }: 'new' is a value as it is after, 'note' what it is about and what is said
// besides, '' all else. Their texts, put together, are the line.

import { dayOf, dayShort, periodShown } from './dates.js';
import { isNothing } from './differences.js';
import { namesShown, percentShown, texts } from './language.js';
import { isObject } from './merge.js';
import { namesOf, periodOf, statuses, textOf } from './plan.js';
import { collectionName, countShown, memberName, nameOf, statusName, straysName } from './terms.js';

const t = texts({
    added: ['新增', 'Added'],
    removed: ['已删除', 'Deleted'],
    changed: ['有修改', 'Changed'],
    movedFrom: [(name) => `从“${name}”移来`, (name) => `Moved here from ${name}`],
    movedIn: ['原来不属于任何项目', 'Was in no project'],
    nothing: ['（无）', '(none)'],
    colon: ['：', ': '],
    comma: ['、', ', '],
    semicolon: ['；', '; '],
    clause: ['，', ', '],
    note: [(text) => `（${text}）`, (text) => ` (${text})`],
    yes: ['是', 'yes'],
    no: ['否', 'no'],
    later: [(days) => `推迟 ${days} 天`, (days) => `${days} ${days === 1 ? 'day' : 'days'} later`],
    earlier: [(days) => `提前 ${days} 天`, (days) => `${days} ${days === 1 ? 'day' : 'days'} earlier`],
    dates: ['日期', 'Dates'],
    reordered: ['顺序已调整', 'order changed'],
    oneChanged: [(name) => `${name} 有修改`, (name) => `${name} changed`],
    andMore: [(count) => `另有 ${count} 项`, (count) => `${count} more`],
    rest: ['其他内容', 'The rest'],
    addedCount: [(what) => `新增 ${what}`, (what) => `${what} added`],
    removedCount: [(what) => `删除 ${what}`, (what) => `${what} deleted`],
    changedCount: [(what) => `修改 ${what}`, (what) => `${what} changed`],
    records: [(count) => `${count} 条修改记录`, (count) => `${count} history ${count === 1 ? 'record' : 'records'}`],
    settingsChanged: ['设置有修改', 'settings changed'],
    restChanged: ['其他内容有修改', 'other things changed'],
});

const longest = 60; // characters of a value that is shown whole
const context = 12; // characters around what differs in longer ones
const namesMax = 6;

// "2 tasks changed, 1 project added"
export function differencesSummary({ projects, strays, settings, records, reordered, others }) {
    const tasks = [...projects.flatMap((project) => project.tasks), ...strays];
    const parts = [
        ...countsSummary(projects, (count) => countShown('projects', count)),
        ...countsSummary(tasks, (count) => countShown('tasks', count)),
        settings.length > 0 && t('settingsChanged'),
        records.length + others.length > 0 && t('restChanged'),
    ].filter(Boolean);
    // Merging orders anew: that is worth a word if there is no other.
    if (parts.length === 0 && reordered.length > 0)
        parts.push(t('reordered'));
    return parts.join(t('clause'));
}

function countsSummary(items, shown) {
    return ['changed', 'added', 'removed']
        .map((kind) => [kind, items.filter((item) => item.kind === kind).length])
        .filter(([, count]) => count > 0).map(([kind, count]) => t(`${kind}Count`, shown(count)));
}

// All of it: [{ title, tag, lines, rows: [{ title, tag, lines }] }]; a tag is { kind, text } or null.
export function differencesSections({ projects, strays, settings, records, reordered, others }) {
    const rest = [
        ...reordered.map((collection) => titled(collectionName(collection), [plain(t('reordered'))])),
        ...countsSummary(records, (count) => t('records', count)).map((text) => [plain(text)]),
        ...others.map((difference) => memberLine(difference, collectionName)),
    ];
    return [
        ...projects.map((project) => ({ ...itemRow(project), rows: project.tasks.map(itemRow) })),
        itemsSection(straysName(), strays),
        ...settings.map(({ collection, items }) => itemsSection(collectionName(collection), items)),
        { title: t('rest'), tag: null, lines: rest, rows: [] },
    ].filter(({ tag, lines, rows }) => tag !== null || lines.length + rows.length > 0);
}

function itemsSection(title, items) {
    return { title, tag: null, lines: [], rows: items.map(itemRow) };
}

function itemRow(difference) {
    const { kind, members } = difference;
    const item = difference.after ?? difference.before;
    const isThere = kind === 'changed' || kind === 'same';
    return { title: nameOf(item), tag: tagOf(difference), lines: isThere ? membersLines(members) : itemLines(item) };
}

function tagOf({ kind, from }) {
    if (kind === 'same')
        return null;
    if (from !== undefined)
        return { kind: 'moved', text: from === null ? t('movedIn') : t('movedFrom', nameOf(from)) };
    return { kind, text: t(kind) };
}

// Of what came or went, when and who.
function itemLines(item) {
    const { start, end } = periodOf(item);
    const people = namesShown(namesOf(item.assignees ?? item.owner).slice(0, namesMax));
    const text = [periodShown(start, end), people].filter((part) => part !== '').join(' · ');
    return text === '' ? [] : [[note(shortened(text))]];
}

// A line for each member that differs; both ends of a period that was moved have one together.
export function membersLines(members) {
    const [start, end] = ['startDate', 'endDate'].map((name) => members.find(({ member }) => member === name));
    const shift = shiftOf(start);
    if (shift === null || shift !== shiftOf(end))
        return members.map((difference) => memberLine(difference));
    const periods = ['before', 'after'].map((side) => periodShown(dayOf(start[side]), dayOf(end[side])));
    const moved = changeLine(t('dates'), periods, shift);
    return members.filter((difference) => difference !== end)
        .map((difference) => difference === start ? moved : memberLine(difference));
}

function memberLine(difference, named = memberName) {
    const { member, kind, before, after } = difference;
    const name = named(member);
    switch (kind) {
    case 'order':
        return titled(name, [plain(t('reordered'))]);
    case 'names':
        return titled(name, listed(setWords(difference, (value) => valueText(member, value))));
    case 'items':
        return titled(name, listed(itemsWords(difference.items)));
    case 'object':
        return isOther(before, after) ? changeLine(name, pairShortened(nameOf(before), nameOf(after)))
            : titled(name, linesJoined(membersLines(difference.members)));
    default:
        return changeLine(name, pairTexts(difference), shiftOf(difference));
    }
}

// An object that goes by its name, as types do, is another one when its name is.
function isOther(before, after) {
    const names = [before, after].map(({ name }) => textOf(name));
    return names[0] !== names[1] && !names.includes('');
}

function titled(name, words) {
    return [note(`${name}${t('colon')}`), ...words];
}

function changeLine(name, [before, after], shift = null) {
    return [note(name), plain(` ${before} → `), { kind: 'new', text: after }, ...shiftWords(shift)];
}

// [[word, …], …], one for each element.
function setWords({ added, removed }, shown) {
    return [
        ...added.map((value) => [{ kind: 'new', text: `+ ${shown(value)}` }]),
        ...removed.map((value) => [plain(`− ${shown(value)}`)])];
}

function itemsWords(items) {
    const those = (kind) => items.filter((item) => item.kind === kind);
    const [added, removed] = [those('added').map(({ after }) => after), those('removed').map(({ before }) => before)];
    return [...setWords({ added, removed }, titleOf), ...those('changed').map(({ after, members }) => {
        const text = lineText(linesJoined(membersLines(members)));
        return [plain(t('oneChanged', titleOf(after))), note(t('note', text))];
    })];
}

function listed(elements) {
    const shown = elements.slice(0, namesMax);
    const more = elements.length - shown.length;
    return linesJoined(more > 0 ? [...shown, [note(t('andMore', more))]] : shown, t('comma'));
}

// Several lines as one.
export function linesJoined(lines, separator = t('semicolon')) {
    return lines.flatMap((line, index) => index === 0 ? line : [plain(separator), ...line]);
}

export function lineText(line) {
    return line.map(({ text }) => text).join('');
}

// What an item in a list inside of another goes by: its day, its name, or all of it.
export function titleOf(item) {
    const day = dayOf(item.date);
    if (day !== null)
        return dayShort(day);
    return textOf(item.name).trim() === '' ? shortened(JSON.stringify(item)) : nameOf(item);
}

// A value of a member by itself, shortened.
export function valueShown(member, value) {
    return shortened(valueText(member, value));
}

function valueText(member, value) {
    if (isNothing(value))
        return t('nothing');
    if (typeof value === 'boolean')
        return t(value ? 'yes' : 'no');
    if (member === 'progress' && isNumeric(value))
        return percentShown(Number(textOf(value)));
    if (member === 'status' && statuses.includes(value))
        return statusName(value);
    if (dayExactly(value) !== null)
        return dayShort(dayOf(value));
    if (typeof value === 'string')
        return value.replaceAll(/\r?\n/g, ' ↵ ');
    if (Array.isArray(value) && value.every((element) => typeof element === 'string'))
        return namesShown(value);
    return isObject(value) && textOf(value.name) !== '' ? textOf(value.name) : JSON.stringify(value);
}

// Two values of a member, alike in what is left out, and as they are spelled where they would look the same.
function pairTexts({ member, before, after }) {
    const shown = [before, after].map((value) => valueText(member, value));
    const spelled = [before, after].map((value) => JSON.stringify(value) ?? t('nothing'));
    return pairShortened(...(shown[0] === shown[1] ? spelled : shown));
}

function isNumeric(value) {
    return textOf(value).trim() !== '' && Number.isFinite(Number(textOf(value)));
}

function dayExactly(value) {
    return typeof value === 'string' && value.length === 10 ? dayOf(value) : null;
}

// By how many days a date was moved, or null.
function shiftOf(difference) {
    const [before, after] = [dayExactly(difference?.before), dayExactly(difference?.after)];
    return before === null || after === null ? null : after - before;
}

function shiftWords(shift) {
    return shift ? [note(t('note', shift > 0 ? t('later', shift) : t('earlier', -shift)))] : [];
}

function shortened(text) {
    return excerpt([...text], 0, text.length);
}

// Of long texts what differs, with a little of what is the same around it.
function pairShortened(before, after) {
    const [left, right] = [[...before], [...after]];
    const shorter = Math.min(left.length, right.length);
    if (Math.max(left.length, right.length) <= longest)
        return [before, after];
    let start = 0;
    while (start < shorter && left[start] === right[start])
        start++;
    let end = 0;
    while (end < shorter - start && left.at(-1 - end) === right.at(-1 - end))
        end++;
    return [left, right].map((letters) => excerpt(letters, start, letters.length - end));
}

function excerpt(letters, start, end) {
    const from = Math.max(0, start - context);
    const to = Math.min(end + context, from + longest);
    return `${from > 0 ? '…' : ''}${letters.slice(from, to).join('')}${to < letters.length ? '…' : ''}`;
}

function note(text) {
    return { kind: 'note', text };
}

function plain(text) {
    return { kind: '', text };
}
