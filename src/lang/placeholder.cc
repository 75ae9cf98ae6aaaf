namespace peregrine::lang {}
