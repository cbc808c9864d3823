// A document from a file takes the place of the present one: chosen or dropped, checked, compared with what there is,
// and only then imported. What was there before is in the history, and an undo away.

import { dialogOpen } from './dialog.js';
import { comparisonNode } from './difference_list.js';
import { documentRead } from './document_check.js';
import { contentExchange, element, icon } from './dom.js';
import { namesShown, sizeShown, texts } from './language.js';
import { same } from './merge.js';
import { editTold } from './notices.js';
import { planOf } from './plan.js';
import { countShown } from './terms.js';

const t = texts({
    title: ['导入 JSON', 'Import JSON'],
    choose: ['选择文件', 'Choose a file'],
    drop: ['或将文件拖放到此处', 'or drop it here'],
    safe: ['导入会替换整个文档；在您确认之前什么都不会改变。', 'Importing replaces the whole document. Nothing changes before you say so.'],
    replace: ['替换文档', 'Replace the document'],
    refused: ['此文件无法导入；未作任何更改', 'This file cannot be imported; nothing was changed'],
    odd: ['请留意（仍会原样导入）', 'Worth knowing; it is imported as it is'],
    more: [(count) => `……还有 ${count} 处`, (count) => `… and ${count} more`],
    changes: ['导入后的变化：', 'What importing changes: '],
    same: ['文件与当前文档相同，无需导入', 'The file is the same as the present document'],
    name: [(file) => `导入 ${file}`, (file) => `Imported ${file}`],
    done: [(file, contents) => `已导入 ${file}：${contents}。之前的文档可在“历史”中找回。`,
        (file, contents) => `Imported ${file}: ${contents}. The document before is in History.`],
});

const shownMax = 20;
const unread = { document: null, errors: [], warnings: [] };

export function importDialog(keeper) {
    const input = element('input', {
        type: 'file', id: 'import-file', class: 'hidden-text', accept: '.json,application/json', autofocus: true,
        'aria-describedby': 'import-safe',
        // So that the same file, mended, can be chosen once more.
        onclick: () => { input.value = ''; },
        onchange: () => fileTake(dialog, input.files[0]),
    });
    const area = element('div', { class: 'drop-area' },
        input, element('label', { for: input.id, class: 'button' }, icon('upload'), t('choose')),
        element('span', { class: 'drop-hint detail' }, t('drop')));
    const facts = element('div', { class: 'import-facts', 'aria-live': 'polite' });
    const preview = element('div');
    const show = () => dialog.file && resultShow(dialog);
    const { node, choices: [replace] } = dialogOpen({
        title: t('title'),
        body: [element('p', { id: 'import-safe', class: 'detail' }, t('safe')), area, facts, preview],
        buttons: [{ text: t('replace'), kind: 'primary', run: () => documentReplace(dialog) }],
        onclose: () => keeper.removeEventListener('change', show),
    });
    // `file` is the one that was taken last, `read` what documentRead said of it, `list` how its preview is shown.
    const dialog = { keeper, facts, preview, replace, file: null, read: unread, list: {} };
    replace.disabled = true;
    keeper.addEventListener('change', show);
    dropsTake(node, area, (file) => fileTake(dialog, file));
}

function dropsTake(node, area, take) {
    const mark = (isOver) => area.classList.toggle('over', isOver);
    node.addEventListener('dragover', (event) => {
        event.preventDefault();
        mark(true);
    });
    node.addEventListener('dragleave', (event) => mark(node.contains(event.relatedTarget)));
    node.addEventListener('drop', (event) => {
        event.preventDefault();
        mark(false);
        take(event.dataTransfer.files[0]);
    });
}

async function fileTake(dialog, file) {
    if (!file)
        return;
    Object.assign(dialog, { file, read: unread, list: {} });
    resultShow(dialog);
    const read = await documentRead(file);
    if (dialog.file !== file)
        return;
    dialog.read = read;
    resultShow(dialog);
}

function resultShow({ keeper, facts, preview, replace, file, read, list }) {
    const imported = read.document && importedOf(read.document, keeper.document);
    replace.disabled = imported === null || same(imported, keeper.document);
    const about = [file.name, sizeShown(file.size), imported && contentsShown(imported)];
    facts.replaceChildren(element('p', { class: 'import-file' }, about.filter(Boolean).join(' · ')),
        imported === null ? problemsNode('errors', t('refused'), read.errors)
            : problemsNode('warnings', t('odd'), read.warnings));
    contentExchange(preview, imported === null ? element('p')
        : comparisonNode(keeper.document, imported, { title: t('changes'), none: t('same'), list }));
}

// A file without task types would leave none to choose from.
function importedOf(document, current) {
    const hasTypes = Array.isArray(document.taskTypes) && document.taskTypes.length > 0;
    return hasTypes || !Array.isArray(current.taskTypes) ? document : { ...document, taskTypes: current.taskTypes };
}

function contentsShown(document) {
    const plan = planOf(document);
    return namesShown(['projects', 'tasks'].map((collection) => countShown(collection, plan[collection].length)));
}

function problemsNode(kind, title, sentences) {
    const left = sentences.length - shownMax;
    return element('section', { class: `import-${kind}`, hidden: sentences.length === 0 },
        element('h3', {}, icon('warning'), title),
        element('ul', {}, sentences.slice(0, shownMax).map((sentence) => element('li', {}, sentence)),
            left > 0 ? element('li', {}, t('more', left)) : null));
}

function documentReplace({ keeper, file, read }) {
    const imported = importedOf(read.document, keeper.document);
    editTold(keeper, t('name', file.name), () => imported, t('done', file.name, contentsShown(imported)));
}
