"""Where published files go. `packing` compresses and seals a set of them, `directory` keeps a folder equal to it.

A mirror is a copy elsewhere. To add a kind: a file here, a line in BUILT_IN, docs/reference/mirrors/<name>.md. Every
kind honours the same promises: whole files only, the manifest last, never backwards. `mirror` says what one must offer;
`signing` seals the manifest, `reading_back` looks at a copy as a reader would, `pushing` keeps one up to date.
"""

BUILT_IN = {
    "directory": "lightship.edges.mirrors.folder:FolderMirror",
    "git": "lightship.edges.mirrors.git:GitMirror",
    "rsync": "lightship.edges.mirrors.rsync:RsyncMirror",
    "s3": "lightship.edges.mirrors.s3:S3Mirror",
    "sftp": "lightship.edges.mirrors.sftp:SftpMirror",
}
"""Kind -> where the mirror stands. Loaded one by one, on use."""
