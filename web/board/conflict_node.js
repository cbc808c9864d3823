// Where the person and others changed the same thing (merge.js: conflicts): what it was, what became of it on both
// sides, which of these stands, and a button that takes the one that does not.

import { wordNode } from './difference_list.js';
import { membersCompare } from './differences.js';
import { linesJoined, membersLines, titleOf, valueShown } from './difference_words.js';
import { button, element, newNodeId } from './dom.js';
import { texts } from './language.js';
import { isObject, same } from './merge.js';
import { isPlace, pathTokens, valueAt, withValueAt } from './merge_path.js';
import { planOf } from './plan.js';
import { collectionName, memberName, nameOf } from './terms.js';

const t = texts({
    base: ['原来', 'Before'],
    current: ['他人', 'Others'],
    incoming: ['您', 'You'],
    now: ['现在', 'Now'],
    stands: ['生效', 'stands'],
    deleted: ['已删除', 'Deleted'],
    useOther: ['采用他人的值', 'Use the other value'],
    deleteAnyway: ['仍然删除', 'Delete it after all'],
    used: ['已采用', 'Used'],
    undo: ['撤销', 'Undo'],
    gone: ['它所属的内容已不存在', 'What it belonged to is gone'],
    usedName: [(place) => `采用他人的值：${place}`, (place) => `Used the other value: ${place}`],
    deletedName: [(place) => `删除“${place}”`, (place) => `Deleted ${place}`],
    undoneName: [(place) => `改回：${place}`, (place) => `Took back: ${place}`],
});

// What a report keeps of a conflict; `document` is one in which its place is. The id tells it from others of that
// place, which may look the same.
export function conflictKept(conflict, document) {
    return { ...conflict, tokens: pathTokens(conflict.path), document, id: newNodeId('conflict') };
}

export function conflictNode(keeper, conflict) {
    const present = valueAt(keeper.document, conflict.tokens);
    const standing = ['incoming', 'current'].find((side) => same(conflict[side], present));
    const sides = ['base', 'current', 'incoming'].filter((side) => side !== 'base' || conflict.base !== undefined);
    return element('li', { id: conflict.id, class: 'card', dataset: { key: conflict.path } },
        element('h3', {}, placeText(conflict)),
        element('dl', {},
            sides.map((side) => sideNode(t(side), sideWords(conflict, conflict[side]), side === standing)),
            standing === undefined ? sideNode(t('now'), sideWords(conflict, present), true) : null),
        choiceNode(keeper, conflict, present));
}

function sideNode(name, words, isStanding) {
    const tag = isStanding ? element('span', { class: 'tag' }, t('stands')) : null;
    return element('div', {},
        element('dt', {}, name), element('dd', {}, words.map(wordNode), ' ', tag));
}

// One's own deletion gives way to another's edit, all else that is one's own stands.
function choiceNode(keeper, conflict, present) {
    const isOwnDeletion = conflict.incoming === undefined;
    const other = isOwnDeletion ? undefined : conflict.current;
    if (!isPlace(keeper.document, conflict.tokens))
        return element('p', { class: 'detail' }, t('gone'));
    const put = (name, value) =>
        keeper.edit(t(name, placeText(conflict)), (document) => withValueAt(document, conflict.tokens, value));
    if (same(present, other))
        return element('p', {}, t('used'), ' – ', button({ text: t('undo') },
            () => put('undoneName', conflict.replaced ?? conflict.incoming ?? conflict.current)));
    return element('p', {}, button({ text: t(isOwnDeletion ? 'deleteAnyway' : 'useOther') }, () => {
        conflict.replaced = present;
        put(isOwnDeletion ? 'deletedName' : 'usedName', other);
    }));
}

// "Payments › Interface › Progress"; the collection is named where nothing else tells what it is.
function placeText({ tokens, document }) {
    const [collection, ...rest] = tokens.map((token, depth) => partName(document, tokens.slice(0, depth), token));
    const item = valueAt(document, tokens.slice(0, 2));
    const project = planOf(document).tasks.find((task) => task.item === item)?.project;
    const isPlanned = tokens.length > 1 && ['projects', 'tasks'].includes(tokens[0]);
    const first = project ? [nameOf(project.item)] : isPlanned ? [] : [collection];
    return [...first, ...rest].join(' › ');
}

function partName(document, parents, token) {
    if (parents.length === 0)
        return collectionName(token);
    const parent = valueAt(document, parents);
    if (!Array.isArray(parent))
        return memberName(token);
    const part = valueAt(parent, [token]);
    return isObject(part) ? titleOf(part) : valueShown('', part ?? token);
}

// Of an item what was changed about it; of all else the value.
function sideWords({ tokens, base, document }, value) {
    const isElement = Array.isArray(valueAt(document, tokens.slice(0, -1)));
    if (value === undefined && isElement)
        return [{ kind: '', text: t('deleted') }];
    if (value !== base && isObject(base) && isObject(value))
        return linesJoined(membersLines(membersCompare(base, value)));
    return [{ kind: '', text: valueShown(tokens.at(-1), value) }];
}
