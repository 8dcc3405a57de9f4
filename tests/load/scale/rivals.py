"""LanceDB and Chroma with their defaults, for rivals.mjs: a JSON line asks, a JSON line answers."""

import json
import sys
import time

import chromadb
import lancedb
import numpy
import pyarrow

FOLDER, DIMENSIONS = sys.argv[1], int(sys.argv[2])
BATCH = 5_000


class LanceDB:
    def __init__(self):
        self.database = lancedb.connect(f"{FOLDER}/lance")
        self.tables = {}

    def load(self, size, vectors, sets):
        started = time.perf_counter()
        rows = pyarrow.table({
            "id": numpy.arange(size),
            "set": sets,
            "vector": pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(vectors.ravel()), DIMENSIONS),
        })
        table = self.tables[size] = self.database.create_table(f"item_{size}", rows)
        stored = time.perf_counter()
        table.create_index(metric="cosine", vector_column_name="vector")
        table.create_scalar_index("set")
        return {"storedSeconds": stored - started, "indexSeconds": time.perf_counter() - stored}

    def ask(self, size, vector, sets, hits):
        allowed = ", ".join(map(str, sets))
        query = self.tables[size].search(vector, vector_column_name="vector").distance_type("cosine").where(f"set IN ({allowed})", prefilter=True)
        return [row["id"] for row in query.select(["id"]).limit(hits).to_list()]


class Chroma:
    def __init__(self):
        self.client = chromadb.PersistentClient(f"{FOLDER}/chroma", settings=chromadb.Settings(anonymized_telemetry=False))
        self.collections = {}

    def load(self, size, vectors, sets):
        started = time.perf_counter()
        items = self.collections[size] = self.client.create_collection(f"item_{size}", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None)
        for at in range(0, size, BATCH):
            part = range(at, min(at + BATCH, size))
            items.add(ids=[str(i) for i in part], embeddings=vectors[part.start:part.stop], metadatas=[{"set": int(sets[i])} for i in part])
        return {"storedAndIndexedSeconds": time.perf_counter() - started}

    def ask(self, size, vector, sets, hits):
        found = self.collections[size].query(query_embeddings=[vector], n_results=hits, where={"set": {"$in": sets}}, include=[])
        return [int(name) for name in found["ids"][0]]


RIVALS = {"LanceDB": LanceDB(), "Chroma": Chroma()}

for line in sys.stdin:
    message = json.loads(line)
    rival = RIVALS[message["name"]]
    if message["op"] == "load":
        vectors = numpy.fromfile(f"{FOLDER}/vectors", dtype=numpy.float32).reshape(-1, DIMENSIONS)
        answer = rival.load(message["size"], vectors, numpy.fromfile(f"{FOLDER}/sets", dtype=numpy.int32))
    else:
        answer = {"found": rival.ask(message["size"], message["vector"], message["sets"], message["hits"])}
    print(json.dumps(answer), flush=True)
