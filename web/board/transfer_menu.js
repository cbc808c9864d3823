// The menu in the page's head: what brings a plan in, and what takes it out.

import { tasksCsv } from './csv.js';
import { today } from './dates.js';
import { fileDownload, nameOfToday } from './download.js';
import { importDialog } from './import_dialog.js';
import { texts } from './language.js';
import { menuButton } from './menu.js';
import { editTold } from './notices.js';
import { printWatch, sheetPrint } from './print_sheet.js';
import { isPlanEmpty, withSample } from './sample.js';

const t = texts({
    more: ['更多', 'More'],
    importJson: ['导入 JSON…', 'Import JSON…'],
    exportJson: ['导出 JSON', 'Export JSON'],
    exportCsv: ['导出全部任务（CSV）', 'Export all tasks as CSV'],
    print: ['打印 / PDF', 'Print / PDF'],
    sample: ['载入示例', 'Load sample'],
    loaded: ['载入示例', 'Loaded the sample'],
    loadedText: ['已载入示例数据，可随时删除', 'The sample is loaded; delete it whenever you like'],
});

export function transferMenu(keeper) {
    printWatch(keeper);
    return menuButton({ icon: 'more', label: t('more'), class: 'quiet' }, () => items(keeper));
}

// Also what the empty page offers.
export function sampleLoad(keeper) {
    editTold(keeper, t('loaded'), (document) => withSample(document, today()), t('loadedText'));
}

function items(keeper) {
    const isDisabled = keeper.document === null;
    const all = [
        { icon: 'upload', text: t('importJson'), run: () => importDialog(keeper), isDisabled },
        { icon: 'download', text: t('exportJson'), run: () => jsonExport(keeper), isDisabled },
        { icon: 'download', text: t('exportCsv'), run: () => csvExport(keeper), isDisabled },
        { icon: 'print', text: t('print'), run: sheetPrint, isDisabled },
    ];
    if (!isDisabled && isPlanEmpty(keeper.document))
        all.push({ icon: 'add', text: t('sample'), run: () => sampleLoad(keeper) });
    return all;
}

function jsonExport(keeper) {
    const text = `${JSON.stringify(keeper.document, null, 2)}\n`;
    fileDownload(nameOfToday('schedule', 'json'), 'application/json', text);
}

function csvExport(keeper) {
    fileDownload(nameOfToday('schedule-tasks', 'csv'), 'text/csv;charset=utf-8', tasksCsv(keeper.document));
}
